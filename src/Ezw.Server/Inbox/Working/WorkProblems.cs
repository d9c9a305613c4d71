using Ezw.Client;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working;

/// <summary>Every refusal of this slice. docs/errors.md lists the codes.</summary>
internal static class WorkProblems
{
    public static ProblemHttpResult MayOnlySee() => Problems.Forbidden("You may see this line's conversations and not work on them.");

    public static ProblemHttpResult ManagersOnly() => Problems.Forbidden("Only owners and admins may do this.");

    public static ProblemHttpResult SomebodyElses() =>
        Problems.Forbidden("The conversation is somebody else's. Only owners and admins may release it.");

    public static ProblemHttpResult AlreadyClaimed(ConversationWork current) => Problems.Of(
        StatusCodes.Status409Conflict, "already_claimed", $"{current.Assignee!.DisplayName} has this conversation.",
        new Dictionary<string, object?> { ["assignee"] = current.Assignee, ["version"] = current.Version });

    public static ProblemHttpResult Stale<T>(T current) => Problems.Of(
        StatusCodes.Status409Conflict, "stale_version", "It was changed meanwhile. Look at its current state and try again.",
        new Dictionary<string, object?> { ["current"] = current });

    public static ProblemHttpResult InvalidVersion() => Problems.Invalid(
        "version", "If-Match is the quoted version of the resource, once; a version in the body says the same.");

    public static ProblemHttpResult NotAssignable() =>
        Problems.Invalid("userId", "userId is a member who may operate the conversation's line.");

    public static ProblemHttpResult NoSuchStage(string member = "stageId") => Problems.Invalid(member, $"{member} is one of your stages.");

    public static ProblemHttpResult NoSuchLabel(string member = "labelIds") => Problems.Invalid(member, $"{member} names your labels.");

    public static ProblemHttpResult NotYours() => Problems.Forbidden("It is somebody else's to change.");

    public static ProblemHttpResult NameTaken() =>
        Problems.Of(StatusCodes.Status409Conflict, "name_taken", "Another one has this name already. Choose a different one.");

    public static ProblemHttpResult LimitReached(int max) =>
        Problems.Of(StatusCodes.Status409Conflict, "limit_reached", $"There are {max} already, and no more may be. Remove one first.");

    public static ProblemHttpResult LastStageOfCategory() => Problems.Of(
        StatusCodes.Status409Conflict, "last_stage_of_category", "A board needs an open and a closed stage. Make another one first.");

    public static ProblemHttpResult NotMentionable() =>
        Problems.Invalid("mentions", "mentions are members who may see the conversation's line, at most 50.");

    public static ProblemHttpResult NoSuchMessage() =>
        Problems.Invalid("throughMessageId", "throughMessageId is a message of the conversation.");
}
