using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working;

/// <summary>Reads how conversations stand.</summary>
internal static class WorkStore
{
    public static async Task<ConversationWork> ReadAsync(DbSession db, Guid organizationId, Guid conversationId, CancellationToken ct) =>
        (await ReadAsync(db, organizationId, [conversationId], ct))[0];

    public static async Task<List<ConversationWork>> ReadAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Guid> conversations, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", conversations).Uuid("id", id => id);
        var labels = (await db.QueryAsync($"""
            select c.conversation_id, l.id, l.name, l.color from {rows}
            join conversation_label c on c.organization_id = {organizationId} and c.conversation_id = r.id
            join label l on l.organization_id = c.organization_id and l.id = c.label_id
            order by l.name_key
            """, row => (On: row.Uuid(0), Label: new ConversationLabel(row.Uuid(1), row.GetString(2), row.GetString(3))), ct))
            .ToLookup(found => found.On, found => found.Label);
        return await db.QueryAsync($"""
            select c.id, c.line_id, c.stage_id, c.stage_since, c.assignee_id, u.display_name, c.assigned_at, c.snoozed_until,
                   c.unread_count, c.waiting_since, c.version
            from {rows} join conversation c on c.organization_id = {organizationId} and c.id = r.id
            left join user_account u on u.id = c.assignee_id
            order by r.ordinal
            """, row => new ConversationWork(
                row.Uuid(0), row.Uuid(1), row.Uuid(2), Time(row.GetInt64(3)),
                row.UuidOrNull(4) is { } assignee ? new WorkAssignee(assignee, row.GetString(5), Time(row.GetInt64(6))) : null,
                row.NumberOrNull(7) is { } until ? Time(until) : null, [.. labels[row.Uuid(0)]], row.GetInt64(8),
                row.NumberOrNull(9) is { } since ? Time(since) : null, row.GetInt64(10)), ct);
    }

    public static async Task<bool> HasMessageAsync(
        DbSession db, Guid organizationId, Guid conversationId, Guid messageId, CancellationToken ct) => (await db.QueryAsync($"""
        select 1 from message where organization_id = {organizationId} and id = {messageId} and conversation_id = {conversationId}
        """, _ => true, ct)).Count > 0;

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
