using Ezw.Client;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Contacts;

/// <summary>Every refusal about contacts. docs/errors.md lists the codes.</summary>
internal static class ContactProblems
{
    public static ProblemHttpResult MayOnlySee() =>
        Problems.Forbidden("Only who may operate a line of the contact may change it, and of both contacts to merge them.");

    public static ProblemHttpResult StaleVersion(ContactView current) => Problems.Of(
        StatusCodes.Status409Conflict, "stale_version", "The contact was changed meanwhile. Look at its current state and try again.",
        new Dictionary<string, object?> { ["current"] = current });

    public static ProblemHttpResult NotMergeable() => Problems.Of(
        StatusCodes.Status409Conflict, "contacts_not_mergeable", "A contact is not merged with itself, and a group is nobody's other name.");

    public static ProblemHttpResult Superseded() => Problems.Of(
        StatusCodes.Status409Conflict, "merge_superseded", "The contact has itself been merged since. Take that merge back first.");
}
