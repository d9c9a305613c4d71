using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Reading;

/// <summary>Handlers of reading messages.</summary>
internal static class ThreadApi
{
    public static async Task<Results<Ok<Page<MessageView>>, ProblemHttpResult>> List(
        Guid conversationId, [AsParameters] ThreadQuery query, Caller caller, ThreadReader threads, CancellationToken ct)
    {
        if (query.Fault() is { } fault)
            return Problems.Invalid(fault.Member, fault.Sentence);
        if (!Cursor.TryRead(query.Cursor, caller.OrganizationId, ThreadQuery.Fingerprint(conversationId), out var before))
            return Problems.Invalid("cursor", "cursor is not one that this conversation gave.");
        return await threads.ListAsync(caller, conversationId, query, before, ct) is { } page ? TypedResults.Ok(page) : Problems.NotFound();
    }

    public static async Task<Results<Ok<MessageView>, ProblemHttpResult>> Get(
        Guid messageId, Caller caller, ThreadReader threads, CancellationToken ct) =>
        await threads.FindAsync(caller, messageId, ct) is { } view ? TypedResults.Ok(view) : Problems.NotFound();
}
