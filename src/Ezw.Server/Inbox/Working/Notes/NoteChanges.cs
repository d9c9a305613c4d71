using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Notes;

/// <summary>Writes notes and who is named in them. Callers have checked bodies and how many are named.</summary>
internal sealed class NoteChanges(Database database, TimeProvider time)
{
    public Task<EditOutcome<NoteView>> AddAsync(
        Caller caller, Guid conversationId, string body, IReadOnlyList<Guid> mentions, CancellationToken ct) =>
        WriteAsync<NoteView>(caller, conversationId, async (db, conversation) =>
        {
            if (!await MayMentionAsync(db, caller, conversation, mentions, ct))
                return new EditOutcome<NoteView>.NotMentionable();
            var noteId = Ids.New(time);
            await NoteStore.AddAsync(db, caller.OrganizationId, noteId, conversation.Id, caller.UserId, body, time.NowMs(), ct);
            await MentionStore.SetAsync(db, caller.OrganizationId, noteId, mentions, time, ct);
            await TellAsync(db, caller, conversation, noteId, WorkEvents.NoteAdded, ct);
            return new EditOutcome<NoteView>.Saved((await FindAsync(db, caller, conversation, noteId, ct))!);
        }, ct);

    /// <summary>Only the author's words are changed, and only by the author.</summary>
    public Task<EditOutcome<NoteView>> ChangeAsync(
        Caller caller, Guid conversationId, Guid noteId, NoteChange change, long? version, CancellationToken ct) =>
        WriteAsync<NoteView>(caller, conversationId, async (db, conversation) =>
        {
            if (await FindAsync(db, caller, conversation, noteId, ct) is not { } note)
                return new EditOutcome<NoteView>.NotFound();
            var mentions = change.Mentions?.Distinct().ToList();
            if (mentions is not null && !await MayMentionAsync(db, caller, conversation, mentions, ct))
                return new EditOutcome<NoteView>.NotMentionable();
            if (!await NoteStore.ChangeAsync(
                db, caller.OrganizationId, noteId, caller.UserId, change.Body, version, time.NowMs(), ct))
                return note.Author.UserId == caller.UserId
                    ? new EditOutcome<NoteView>.Stale(note)
                    : new EditOutcome<NoteView>.Forbidden();
            if (mentions is not null)
                await MentionStore.SetAsync(db, caller.OrganizationId, noteId, mentions, time, ct);
            await TellAsync(db, caller, conversation, noteId, WorkEvents.NoteChanged, ct);
            return new EditOutcome<NoteView>.Saved((await FindAsync(db, caller, conversation, noteId, ct))!);
        }, ct);

    public Task<EditOutcome<bool>> DeleteAsync(Caller caller, Guid conversationId, Guid noteId, CancellationToken ct) =>
        WriteAsync<bool>(caller, conversationId, async (db, conversation) =>
        {
            if (await FindAsync(db, caller, conversation, noteId, ct) is null)
                return new EditOutcome<bool>.NotFound();
            if (!await NoteStore.DeleteAsync(db, caller.OrganizationId, noteId, caller.Manages ? null : caller.UserId, ct))
                return new EditOutcome<bool>.Forbidden();
            await TellAsync(db, caller, conversation, noteId, WorkEvents.NoteDeleted, ct);
            return new EditOutcome<bool>.Saved(true);
        }, ct);

    /// <summary>False when the caller has no such mention on a line that they may see.</summary>
    public Task<bool> SeeAsync(Caller caller, Guid mentionId, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if ((await MentionStore.ListAsync(db, caller, mentionId, null, null, 1, ct)).FirstOrDefault() is not { } mention)
                return false;
            if (await MentionStore.SeeAsync(db, caller.OrganizationId, mentionId, time.NowMs(), ct))
                await EventStore.AppendAsync(db, [new(
                    caller.OrganizationId, WorkEvents.MentionSeen, mention.LineId, mention.ConversationId, mentionId, null,
                    time.NowMs())], ct);
            return true;
        }, ct);

    private Task<EditOutcome<T>> WriteAsync<T>(
        Caller caller, Guid conversationId, Func<DbSession, VisibleConversation, Task<EditOutcome<T>>> write, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
            await WorkAccessStore.FindAsync(db, caller, conversationId, ct) switch
            {
                null => new EditOutcome<T>.NotFound(),
                { MayOperate: false } => new EditOutcome<T>.MayOnlySee(),
                { } conversation => await write(db, conversation),
            }, ct);

    private static async Task<bool> MayMentionAsync(
        DbSession db, Caller caller, VisibleConversation conversation, IReadOnlyList<Guid> users, CancellationToken ct) =>
        await MentionStore.MentionableAsync(db, caller.OrganizationId, conversation.LineId, users, ct) == users.Count;

    private static async Task<NoteView?> FindAsync(
        DbSession db, Caller caller, VisibleConversation conversation, Guid noteId, CancellationToken ct) =>
        (await NoteStore.ListAsync(db, caller.OrganizationId, conversation.Id, noteId, null, 1, ct)).FirstOrDefault();

    private Task TellAsync(
        DbSession db, Caller caller, VisibleConversation conversation, Guid noteId, string kind, CancellationToken ct) =>
        EventStore.AppendAsync(
            db, [new(caller.OrganizationId, kind, conversation.LineId, conversation.Id, noteId, null, time.NowMs())], ct);
}
