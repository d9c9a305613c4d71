using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Delivering;

/// <summary>SQL of what is to be sent next.</summary>
internal static class LaneStore
{
    /// <summary>Of one lane at a time: more of them are a few rows more of work lost in a crash, fewer are more looks.</summary>
    private const long MaxOfLane = 10;

    /// <summary>
    /// The beginnings of lanes whose head may be sent: first what a node that is gone left in hand, then what failed and is due again, then
    /// what is new. A lane costs as many index look-ups as it has deliveries here, whatever waits behind them.
    /// </summary>
    /// <param name="testsOnly">The webhook is off.</param>
    public static Task<List<LaneDelivery>> TakeAsync(
        DbSession db, DueWebhook due, long now, bool testsOnly, int lanes, long ofLane, CancellationToken ct)
    {
        var (newest, latest) = testsOnly ? (-1, -1) : (0, now);
        return db.QueryAsync($"""
            with recursive head as (
                select * from (
                    select q.lane_id, q.place from delivery_queue q
                    where q.webhook_id = {due.WebhookId} and q.held_epoch < {due.Epoch} order by q.held_epoch limit {(long)lanes}) lost
                union
                select * from (
                    select q.lane_id, q.place from delivery_queue q
                    where q.webhook_id = {due.WebhookId} and q.due_at > 0 and q.due_at <= {latest}
                    order by q.due_at, q.place limit {(long)lanes}) again
                union
                select * from (
                    select q.lane_id, q.place from delivery_queue q
                    where q.webhook_id = {due.WebhookId} and q.due_at <= {(long)newest} order by q.due_at, q.place limit {(long)lanes}) fresh),
            lane as (
                select h.lane_id, min(h.place) as place, {1L} as depth from head h group by h.lane_id
                union all
                select l.lane_id, (
                    select min(n.place) from delivery_queue n
                    where n.organization_id = {due.OrganizationId} and n.webhook_id = {due.WebhookId} and n.lane_id = l.lane_id
                      and n.place > l.place and n.parked_at is null), l.depth + 1
                from lane l where l.place is not null and l.depth < {Math.Min(ofLane, MaxOfLane)})
            select q.delivery_id, q.lane_id, q.place, q.attempts, q.tries, q.once, q.redelivery_id, d.event, d.body
            from lane l
            join delivery_queue q on q.organization_id = {due.OrganizationId} and q.webhook_id = {due.WebhookId}
                and q.lane_id = l.lane_id and q.place = l.place and q.parked_at is null
            join delivery d on d.organization_id = q.organization_id and d.webhook_id = q.webhook_id and d.id = q.delivery_id
            where q.held_epoch is null or q.held_epoch < {due.Epoch}
            order by q.lane_id, q.place
            """, row => new LaneDelivery(
                row.Uuid(0), row.Uuid(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5) != 0, row.UuidOrNull(6),
                row.GetString(7), row.GetString(8)), ct);
    }
}

/// <param name="Attempts">Before this time in hand, as <paramref name="Tries"/>, which counts those of the present schedule.</param>
/// <param name="Once">There is no second attempt.</param>
internal sealed record LaneDelivery(
    Guid Id, Guid LaneId, long Place, long Attempts, long Tries, bool Once, Guid? RedeliveryId, string Event, string Body);
