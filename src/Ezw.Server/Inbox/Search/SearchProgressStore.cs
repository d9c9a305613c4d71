using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Search;

/// <summary>How far the search has followed each organization's log.</summary>
internal static class SearchProgressStore
{
    public static Task<List<Guid>> BehindAsync(DbSession db, int limit, CancellationToken ct) => db.QueryAsync($"""
        select p.organization_id from event_position p left join search_progress s on s.organization_id = p.organization_id
        where p.position > coalesce(s.position, 0) limit {(long)limit}
        """, row => row.Uuid(0), ct);

    /// <summary>The position behind which to go on; null while another node is at it.</summary>
    public static async Task<long?> ClaimAsync(DbSession db, Guid organizationId, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            insert into search_progress (organization_id, position) values ({organizationId}, 0) on conflict (organization_id) do nothing
            """, ct);
        var held = await db.QueryAsync($"""
            select position from search_progress where organization_id = {organizationId}{db.Dialect.ForUpdateSkipLocked}
            """, row => row.GetInt64(0), ct);
        return held.Count > 0 ? held[0] : null;
    }

    public static Task<List<FollowedEvent>> EventsAsync(DbSession db, Guid organizationId, long after, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select position, kind, conversation_id, subject_id from event
            where organization_id = {organizationId} and position > {after} order by position limit {(long)limit}
            """, row => new FollowedEvent(row.GetInt64(0), row.GetString(1), row.UuidOrNull(2), row.UuidOrNull(3)), ct);

    public static Task AdvanceAsync(DbSession db, Guid organizationId, long position, CancellationToken ct) =>
        db.ExecuteAsync($"update search_progress set position = {position} where organization_id = {organizationId}", ct);
}

internal sealed record FollowedEvent(long Position, string Kind, Guid? ConversationId, Guid? SubjectId);
