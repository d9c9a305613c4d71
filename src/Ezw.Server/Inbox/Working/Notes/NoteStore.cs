using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working.Notes;

/// <summary>SQL of notes.</summary>
internal static class NoteStore
{
    /// <summary>Newest first, before the given one.</summary>
    public static async Task<List<NoteView>> ListAsync(
        DbSession db, Guid organizationId, Guid conversationId, Guid? only, Guid? before, long limit, CancellationToken ct)
    {
        var notes = await db.QueryAsync($"""
            select n.id, n.conversation_id, n.author_id, u.display_name, n.body, n.created_at, n.edited_at, n.version
            from note n join user_account u on u.id = n.author_id
            where n.organization_id = {organizationId} and n.conversation_id = {conversationId} and n.id = coalesce({only}, n.id)
              and n.id < {before ?? Guid.AllBitsSet}
            order by n.id desc limit {limit}
            """, row => new NoteView(
                row.Uuid(0), row.Uuid(1), new NoteAuthor(row.Uuid(2), row.GetString(3)), row.GetString(4), [], Time(row.GetInt64(5)),
                row.NumberOrNull(6) is { } at ? Time(at) : null, row.GetInt64(7)), ct);
        var mentions = await MentionStore.OfAsync(db, organizationId, notes.ConvertAll(note => note.Id), ct);
        return notes.ConvertAll(note => note with { Mentions = [.. mentions[note.Id]] });
    }

    public static Task AddAsync(
        DbSession db, Guid organizationId, Guid noteId, Guid conversationId, Guid authorId, string body, long now, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into note (organization_id, id, conversation_id, author_id, body, created_at)
            values ({organizationId}, {noteId}, {conversationId}, {authorId}, {body}, {now})
            """, ct);

    public static async Task<bool> ChangeAsync(
        DbSession db, Guid organizationId, Guid noteId, Guid authorId, string? body, long? version, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update note set body = coalesce({body}, body), edited_at = {now}, version = version + 1
            where organization_id = {organizationId} and id = {noteId} and author_id = {authorId} and version = coalesce({version}, version)
            """, ct) == 1;

    public static async Task<bool> DeleteAsync(DbSession db, Guid organizationId, Guid noteId, Guid? authorId, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            delete from note where organization_id = {organizationId} and id = {noteId} and author_id = coalesce({authorId}, author_id)
            """, ct) == 1;

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
