using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Messaging.Attachments;

/// <summary>Every refusal about files. docs/errors.md lists the codes.</summary>
internal static class AttachmentProblems
{
    public static ProblemHttpResult NotStored(AttachmentRow file) => Problems.Of(
        StatusCodes.Status409Conflict, "attachment_not_stored",
        file.State == AttachmentState.Pending
            ? "The file is still being fetched. Try again in a moment."
            : $"The file could not be fetched: {file.ErrorMessage} Retry it with POST /api/attachments/{{id}}/retry.",
        new Dictionary<string, object?> { ["state"] = file.State, ["error"] = file.ErrorCode });

    public static ProblemHttpResult NotFailed(AttachmentRow file) => Problems.Of(
        StatusCodes.Status409Conflict, "attachment_not_failed", "Only an inbound file that failed can be fetched again.",
        new Dictionary<string, object?> { ["state"] = file.State });
}
