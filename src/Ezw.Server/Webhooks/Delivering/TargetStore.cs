using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Delivering;

/// <summary>SQL of what a courier must know of its webhook.</summary>
internal static class TargetStore
{
    /// <summary>
    /// Webhooks of this node's lines that have something to send: due, or in hand, of a courier that may be gone. One that is off sends
    /// tests only, which are due before the epoch began. System duty: crosses organizations.
    /// </summary>
    /// <param name="only">Null: all.</param>
    public static Task<List<DueWebhook>> DueAsync(DbSession db, Guid nodeId, IReadOnlyList<Guid>? only, long now, CancellationToken ct)
    {
        var among = only is null ? Sql.Of($"") : Sql.Of($"and w.id {IdSet.Of(only)}");
        return db.QueryAsync($"""
            select w.organization_id, w.id, w.line_id, o.epoch
            from line_owner o join webhook w on w.organization_id = o.organization_id and w.line_id = o.line_id
            where o.node_id = {nodeId} and w.deleted_at is null {among} and (
                (select min(q.due_at) from delivery_queue q where q.webhook_id = w.id and q.due_at is not null)
                    <= case w.enabled when 1 then {now} else -1 end
                or (select min(q.held_epoch) from delivery_queue q where q.webhook_id = w.id and q.held_epoch is not null) <= o.epoch)
            """, row => new DueWebhook(row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetInt64(3)), ct);
    }

    /// <summary>Null when it was deleted or this node does not own its line under that epoch any more.</summary>
    public static Task<TargetRow?> FindAsync(DbSession db, DueWebhook due, Guid nodeId, CancellationToken ct) =>
        db.FirstAsync($"""
            select w.target_url, w.enabled, w.headers, w.version, h.failures, h.openings, h.open_until
            from webhook w
            join line_owner o on o.organization_id = w.organization_id and o.line_id = w.line_id
            join webhook_health h on h.organization_id = w.organization_id and h.webhook_id = w.id
            where w.organization_id = {due.OrganizationId} and w.id = {due.WebhookId} and w.deleted_at is null
              and o.node_id = {nodeId} and o.epoch = {due.Epoch}
            """, row => new TargetRow(
                row.GetString(0), row.Truth(1), row.IsDBNull(2) ? null : row.GetFieldValue<byte[]>(2), row.GetInt64(3),
                new BreakerState(row.GetInt64(4), row.GetInt64(5), row.NumberOrNull(6))), ct);
}

/// <param name="Epoch">Of the line, under which this node delivers.</param>
internal sealed record DueWebhook(Guid OrganizationId, Guid WebhookId, Guid LineId, long Epoch);

/// <param name="Headers">Sealed JSON; null without any.</param>
/// <param name="Version">Moves with everything here but health.</param>
internal sealed record TargetRow(
    string Url, bool Enabled, byte[]? Headers, long Version, BreakerState Breaker);
