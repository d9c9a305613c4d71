using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Reading;

/// <summary>Handlers of reading conversations.</summary>
internal static class ConversationsApi
{
    public static async Task<Results<Ok<Page<ConversationView>>, ProblemHttpResult>> List(
        [AsParameters] ConversationQuery query, Caller caller, ConversationReader conversations, CancellationToken ct)
    {
        if (query.Fault() is { } fault)
            return Problems.Invalid(fault.Member, fault.Sentence);
        if (!Cursor.TryRead(query.Cursor, caller.OrganizationId, query.Fingerprint(caller), out var after))
            return Problems.Invalid("cursor", "cursor is not one that this list gave for the same filter.");
        return await conversations.ListAsync(caller, query, after, ct) is { } page ? TypedResults.Ok(page) : Problems.NotFound();
    }

    public static async Task<Results<Ok<ConversationView>, ProblemHttpResult>> Get(
        Guid conversationId, Caller caller, ConversationReader conversations, CancellationToken ct) =>
        await conversations.FindAsync(caller, conversationId, ct) is { } view ? TypedResults.Ok(view) : Problems.NotFound();

    public static async Task<Ok<ConversationCounts>> Counts(Caller caller, ConversationReader conversations, CancellationToken ct) =>
        TypedResults.Ok(await conversations.CountAsync(caller, ct));
}
