using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Lines;

/// <summary>Every refusal of this slice. docs/errors.md lists the codes.</summary>
internal static class LineProblems
{
    public static ProblemHttpResult MayNotManage() => Problems.Forbidden("Only owners and admins may set up lines.");

    public static ProblemHttpResult InvalidName() =>
        Problems.Invalid("displayName", "displayName has 1 to 100 characters and no control characters.");

    public static ProblemHttpResult StaleVersion(Client.LineView current) => Problems.Of(
        StatusCodes.Status409Conflict, "stale_version", "The line was changed meanwhile. Look at its current state and try again.",
        new Dictionary<string, object?> { ["current"] = current });

    public static ProblemHttpResult Archived() =>
        Problems.Of(StatusCodes.Status409Conflict, "line_archived", "The line is archived; nothing about it can change any more.");

    public static ProblemHttpResult NotPaired() =>
        Problems.Of(StatusCodes.Status409Conflict, "line_not_paired", "The line is not linked to a phone. Pair it first.");

    public static ProblemHttpResult AlreadyPaired() =>
        Problems.Of(StatusCodes.Status409Conflict, "line_already_paired", "The line is linked to a phone. Log it out before pairing anew.");

    public static ProblemHttpResult NotSimulated() =>
        Problems.Of(StatusCodes.Status409Conflict, "line_not_simulated", "The line is linked by a real phone.");

    public static ProblemHttpResult NothingOffered() => Problems.Of(
        StatusCodes.Status409Conflict, "pairing_not_offered", "Nothing is offered to scan or to type now. Begin a pairing, or look again.");
}
