using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working;

/// <summary>Asks for a change and puts its outcome into HTTP, the same way for every route that changes a conversation.</summary>
internal sealed class WorkAnswers(WorkChanges changes)
{
    public async Task<Results<Ok<ConversationWork>, ProblemHttpResult>> ApplyAsync(
        HttpContext http, Caller caller, Guid conversationId, WorkAction action, long? versionInBody, CancellationToken ct)
    {
        if (!VersionWish.TryRead(http.Request, versionInBody, out var version))
            return WorkProblems.InvalidVersion();
        return await changes.ApplyAsync(caller, conversationId, action, version, ct) switch
        {
            WorkOutcome.Changed changed => Done(http, changed.Current),
            WorkOutcome.Unchanged unchanged => Done(http, unchanged.Current),
            WorkOutcome.NotFound => Problems.NotFound(),
            WorkOutcome.MayOnlySee => WorkProblems.MayOnlySee(),
            WorkOutcome.Stale stale => WorkProblems.Stale(stale.Current),
            WorkOutcome.AlreadyClaimed claimed => WorkProblems.AlreadyClaimed(claimed.Current),
            WorkOutcome.SomebodyElses => WorkProblems.SomebodyElses(),
            WorkOutcome.NotAssignable => WorkProblems.NotAssignable(),
            WorkOutcome.NoSuchStage => WorkProblems.NoSuchStage(),
            WorkOutcome.NoSuchLabel => WorkProblems.NoSuchLabel(),
            WorkOutcome.NoSuchMessage => WorkProblems.NoSuchMessage(),
            _ => throw new UnreachableException(),
        };
    }

    public static Ok<ConversationWork> Done(HttpContext http, ConversationWork work)
    {
        VersionWish.Tell(http.Response, work.Version);
        return TypedResults.Ok(work);
    }
}
