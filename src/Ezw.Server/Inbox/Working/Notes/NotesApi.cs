using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.Notes;

/// <summary>Handlers of a conversation's notes and of what names the caller in them.</summary>
internal static class NotesApi
{
    private const int MaxBodyCharacters = 10_000;
    private const int MaxMentions = 50;

    public static async Task<Results<Ok<Page<NoteView>>, ProblemHttpResult>> List(
        Guid conversationId, string? cursor, int? limit, Caller caller, Database database, CancellationToken ct)
    {
        if (Paging.Refusal(caller.OrganizationId, cursor, limit, out var paging) is { } refusal)
            return refusal;
        await using var db = await database.ReadAsync(ct);
        if (await WorkAccessStore.FindAsync(db, caller, conversationId, ct) is not { } conversation)
            return Problems.NotFound();
        var notes = await NoteStore.ListAsync(db, caller.OrganizationId, conversation.Id, null, paging.After, paging.Size + 1, ct);
        return TypedResults.Ok(paging.PageOf(notes, note => note.Id));
    }

    public static async Task<Results<Created<NoteView>, ProblemHttpResult>> Create(
        Guid conversationId, NewNote input, Caller caller, NoteChanges changes, CancellationToken ct)
    {
        var mentions = input.Mentions?.Distinct().ToList() ?? [];
        return Refusal(input.Body, mentions) is { } refusal ? refusal : await EditAnswers.CreatedAsync(
            changes.AddAsync(caller, conversationId, input.Body, mentions, ct),
            note => $"/api/conversations/{note.ConversationId}/notes/{note.Id}");
    }

    public static async Task<Results<Ok<NoteView>, ProblemHttpResult>> Change(
        Guid conversationId, Guid noteId, NoteChange input, HttpRequest request, Caller caller, NoteChanges changes, CancellationToken ct)
    {
        if (!VersionWish.TryRead(request, input.Version, out var version))
            return WorkProblems.InvalidVersion();
        return Refusal(input.Body ?? "x", input.Mentions ?? []) is { } refusal
            ? refusal
            : await EditAnswers.OkAsync(changes.ChangeAsync(caller, conversationId, noteId, input, version, ct));
    }

    public static Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid conversationId, Guid noteId, Caller caller, NoteChanges changes, CancellationToken ct) =>
        EditAnswers.NoContentAsync(changes.DeleteAsync(caller, conversationId, noteId, ct));

    public static async Task<Results<Ok<Page<MentionView>>, ProblemHttpResult>> Mentions(
        bool? unseen, string? cursor, int? limit, Caller caller, Database database, CancellationToken ct)
    {
        if (Paging.Refusal(caller.OrganizationId, cursor, limit, out var paging) is { } refusal)
            return refusal;
        await using var db = await database.ReadAsync(ct);
        var mentions = await MentionStore.ListAsync(db, caller, null, unseen, paging.After, paging.Size + 1, ct);
        return TypedResults.Ok(paging.PageOf(mentions, mention => mention.Id));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> SeeMention(
        Guid mentionId, Caller caller, NoteChanges changes, CancellationToken ct) =>
        await changes.SeeAsync(caller, mentionId, ct) ? TypedResults.NoContent() : Problems.NotFound();

    private static ProblemHttpResult? Refusal(string? body, IReadOnlyList<Guid> mentions) =>
        !WorkText.IsBody(body, MaxBodyCharacters) ? Problems.Invalid("body", "body has 1 to 10,000 characters and is not blank.")
        : mentions.Count > MaxMentions ? WorkProblems.NotMentionable()
        : null;
}
