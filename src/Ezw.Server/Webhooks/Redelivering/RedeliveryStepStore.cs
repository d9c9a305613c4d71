using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Redelivering;

/// <summary>SQL of the steps of a redelivery. They run under the organization's lock.</summary>
internal static class RedeliveryStepStore
{
    /// <summary>Of this node's lines, and not waiting for what they queued. System duty: crosses organizations.</summary>
    public static Task<List<OpenRedelivery>> OpenAsync(DbSession db, Guid nodeId, int maxWaiting, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select j.organization_id, j.id, j.webhook_id, j.line_id, o.epoch, j.since, j.until
            from redelivery j join line_owner o on o.organization_id = j.organization_id and o.line_id = j.line_id
            join webhook w on w.organization_id = j.organization_id and w.id = j.webhook_id and w.deleted_at is null
            where j.finished_at is null and o.node_id = {nodeId} and j.queued - j.accepted - j.failed < {(long)maxWaiting}
            order by j.id limit {(long)limit}
            """, row => new OpenRedelivery(
                row.Uuid(0), row.Uuid(1), row.Uuid(2), row.Uuid(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6)), ct);

    /// <summary>False when it was canceled, or the line is another node's.</summary>
    public static async Task<bool> IsOpenAsync(DbSession db, OpenRedelivery job, CancellationToken ct) => (await db.QueryAsync($"""
        select 1 from redelivery j join line_owner o on o.line_id = j.line_id and o.epoch = {job.Epoch}
        where j.organization_id = {job.OrganizationId} and j.id = {job.Id} and j.finished_at is null
        """, row => row.GetInt64(0), ct)).Count > 0;

    /// <summary>The next that were given up in its time, the oldest first.</summary>
    public static Task<List<Parked>> ParkedAsync(DbSession db, OpenRedelivery job, int limit, CancellationToken ct) => db.QueryAsync($"""
        select q.delivery_id, q.lane_id, q.place from delivery_queue q
        where q.organization_id = {job.OrganizationId} and q.webhook_id = {job.WebhookId}
          and q.parked_at >= {job.Since} and q.parked_at <= {job.Until} and q.redelivery_id is distinct from {job.Id}
        order by q.parked_at, q.delivery_id limit {(long)limit}
        """, row => new Parked(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), ct);

    public static async Task QueueAsync(DbSession db, OpenRedelivery job, IReadOnlyList<Parked> parked, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", parked).Uuid("delivery_id", p => p.Id).Uuid("lane_id", p => p.LaneId).Number("place", p => p.Place);
        await db.ExecuteAsync($"""
            update delivery set state = 'waiting', finished_at = null
            from {rows}
            where delivery.organization_id = {job.OrganizationId} and delivery.webhook_id = {job.WebhookId} and delivery.id = r.delivery_id
            """, ct);
        await db.ExecuteAsync($"""
            update delivery_queue
            set parked_at = null, tries = 0, lane_id = r.lane_id, redelivery_id = {job.Id}, due_at = null
            from {rows}
            where delivery_queue.organization_id = {job.OrganizationId} and delivery_queue.webhook_id = {job.WebhookId}
              and delivery_queue.delivery_id = r.delivery_id
            """, ct);
        // Unless an earlier step left somebody ahead in the lane.
        await db.ExecuteAsync($"""
            update delivery_queue set due_at = 0
            where due_at is null and held_epoch is null and (organization_id, webhook_id, lane_id, place) in (
                select q.organization_id, q.webhook_id, q.lane_id, min(q.place) from delivery_queue q
                where q.organization_id = {job.OrganizationId} and q.webhook_id = {job.WebhookId} and q.parked_at is null
                  and q.lane_id in (select r.lane_id from {rows})
                group by q.organization_id, q.webhook_id, q.lane_id)
            """, ct);
        await db.ExecuteAsync($"""
            update webhook_health set queued = queued + {(long)parked.Count}
            where organization_id = {job.OrganizationId} and webhook_id = {job.WebhookId}
            """, ct);
        await db.ExecuteAsync($"""
            update redelivery set queued = queued + {(long)parked.Count}
            where organization_id = {job.OrganizationId} and id = {job.Id}
            """, ct);
    }

    public static Task EndAsync(DbSession db, OpenRedelivery job, long now, CancellationToken ct) => db.ExecuteAsync($"""
        update redelivery set state = 'done', finished_at = {now}
        where organization_id = {job.OrganizationId} and id = {job.Id} and finished_at is null
        """, ct);
}

internal sealed record OpenRedelivery(
    Guid OrganizationId, Guid Id, Guid WebhookId, Guid LineId, long Epoch, long Since, long Until);

internal sealed record Parked(Guid Id, Guid LaneId, long Place);
