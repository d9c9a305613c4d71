using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Notes;

/// <summary>SQL of who was named in notes.</summary>
internal static class MentionStore
{
    public static async Task<ILookup<Guid, Guid>> OfAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Guid> notes, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", notes).Uuid("id", id => id);
        return (await db.QueryAsync($"""
            select m.note_id, m.user_id from {rows} join mention m on m.organization_id = {organizationId} and m.note_id = r.id
            order by m.id
            """, row => (Note: row.Uuid(0), User: row.Uuid(1)), ct)).ToLookup(found => found.Note, found => found.User);
    }

    /// <summary>How many of the users are members who may see the line.</summary>
    public static async Task<long> MentionableAsync(
        DbSession db, Guid organizationId, Guid lineId, IReadOnlyList<Guid> users, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", users).Uuid("id", id => id);
        return (await db.QueryAsync($"""
            select count(*) from {rows} join membership m on m.organization_id = {organizationId} and m.user_id = r.id
            where m.role in ('owner', 'admin') or exists (
                select 1 from line_permission p
                where p.organization_id = m.organization_id and p.line_id = {lineId} and p.user_id = m.user_id)
            """, row => row.GetInt64(0), ct))[0];
    }

    /// <summary>These and no others; who was named already stays as they are, seen or not.</summary>
    public static async Task SetAsync(
        DbSession db, Guid organizationId, Guid noteId, IReadOnlyList<Guid> users, TimeProvider time, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", users).Uuid("id", _ => Ids.New(time)).Uuid("user_id", id => id);
        await db.ExecuteAsync($"""
            delete from mention
            where organization_id = {organizationId} and note_id = {noteId} and user_id not in (select r.user_id from {rows})
            """, ct);
        await db.ExecuteAsync($"""
            insert into mention (organization_id, id, note_id, user_id, created_at)
            select {organizationId}, r.id, {noteId}, r.user_id, {time.NowMs()} from {rows}
            where true on conflict (organization_id, note_id, user_id) do nothing
            """, ct);
    }

    /// <summary>Newest first, before the given one; only on lines that the caller may still see.</summary>
    public static Task<List<MentionView>> ListAsync(
        DbSession db, Caller caller, Guid? only, bool? unseen, Guid? before, long limit, CancellationToken ct)
    {
        Sql seen = unseen switch { null => $"1 = 1", true => $"m.seen_at is null", false => $"m.seen_at is not null" };
        return db.QueryAsync($"""
            select m.id, m.note_id, n.conversation_id, c.line_id, n.author_id, u.display_name, n.body, m.created_at, m.seen_at
            from mention m
            join note n on n.organization_id = m.organization_id and n.id = m.note_id
            join conversation c on c.organization_id = n.organization_id and c.id = n.conversation_id
            join user_account u on u.id = n.author_id
            where m.organization_id = {caller.OrganizationId} and m.user_id = {caller.UserId} and m.id = coalesce({only}, m.id)
              and m.id < {before ?? Guid.AllBitsSet} and {seen} and {WorkAccessStore.MaySee("c", caller)}
            order by m.id desc limit {limit}
            """, row => new MentionView(
                row.Uuid(0), row.Uuid(1), row.Uuid(2), row.Uuid(3), new NoteAuthor(row.Uuid(4), row.GetString(5)), row.GetString(6),
                Time(row.GetInt64(7)), row.NumberOrNull(8) is { } at ? Time(at) : null), ct);
    }

    public static async Task<bool> SeeAsync(DbSession db, Guid organizationId, Guid mentionId, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update mention set seen_at = {now} where organization_id = {organizationId} and id = {mentionId} and seen_at is null
            """, ct) == 1;

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
