using System.Data.Common;
using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Delivering;

/// <summary>SQL of what is to be sent next.</summary>
internal static class LaneStore
{
    /// <summary>When a delivery is due that need not wait for a time: a test even while the webhook is off.</summary>
    public static readonly SqlText AtOnce = new("case place when -1 then -1 else 0 end");

    /// <summary>Of one lane at a time: more of them are a few rows more of work lost in a crash, fewer are more looks.</summary>
    private const long MaxOfLane = 10;

    /// <summary>A longer payload is read when its turn comes: what waits in memory stays small, whatever people write.</summary>
    private const long MaxHeldCharacters = 16 * 1024;

    /// <summary>
    /// The beginnings of lanes whose head may be sent: first what failed and is due again, then what is new. A lane costs as many index
    /// look-ups as it has deliveries here, whatever waits behind them.
    /// </summary>
    /// <param name="testsOnly">The webhook is off.</param>
    public static async Task<List<LaneDelivery>> TakeAsync(
        DbSession db, DueWebhook due, long now, bool testsOnly, int lanes, long ofLane, CancellationToken ct)
    {
        var ids = await FindAsync(db, due, testsOnly ? -1 : now, testsOnly ? -1 : 0, lanes, Math.Min(ofLane, MaxOfLane), ct);
        if (ids.Count == 0)
            return [];
        var taken = await db.QueryAsync($"""
            select q.delivery_id, q.lane_id, q.place, q.attempts, q.tries, q.once, q.redelivery_id,
                   (select d.event || ' ' || case when length(d.body) <= {MaxHeldCharacters} then d.body else '' end from delivery d
                    where d.organization_id = {due.OrganizationId} and d.webhook_id = {due.WebhookId} and d.id = q.delivery_id)
            from delivery_queue q
            where q.organization_id = {due.OrganizationId} and q.delivery_id {IdSet.Of(ids)} and coalesce(q.parked_at, 0) = 0
              and q.held_epoch is null
            """, Read, ct);
        return [.. taken.OfType<LaneDelivery>().OrderBy(delivery => delivery.Place)];
    }

    /// <summary>What a delivery says; null when it is gone.</summary>
    public static Task<string?> BodyAsync(DbSession db, DueWebhook due, Guid deliveryId, CancellationToken ct) => db.FirstAsync($"""
        select d.body from delivery d
        where d.organization_id = {due.OrganizationId} and d.webhook_id = {due.WebhookId} and d.id = {deliveryId}
        """, row => row.GetString(0), ct);

    public static async Task<bool> HasHeldAsync(DbSession db, DueWebhook due, CancellationToken ct) => (await db.QueryAsync($"""
        select 1 from delivery_queue q
        where q.webhook_id = {due.WebhookId} and q.held_epoch is not null and q.organization_id = {due.OrganizationId} limit 1
        """, row => row.GetInt64(0), ct)).Count > 0;

    /// <summary>
    /// Puts back what a courier of before had in hand, whose node is gone. Before anything is taken: in a lane whose head
    /// has its own time, nothing may go out before the head. Only the head's attempt can have been under way; those behind it get back
    /// theirs. Bounded by what one courier takes. Runs under the organization's lock.
    /// </summary>
    public static Task<int> ReclaimAsync(DbSession db, DueWebhook due, CancellationToken ct)
    {
        var head = Sql.Of($"""
            (select min(n.place) from delivery_queue n
             where n.lane_id = delivery_queue.lane_id and n.webhook_id = delivery_queue.webhook_id and n.parked_at is null)
            """);
        return db.ExecuteAsync($"""
            update delivery_queue
            set held_epoch = null, due_at = case when place = {head} then {AtOnce} end,
                attempts = attempts - case when place = {head} then 0 else 1 end,
                tries = tries - case when place = {head} then 0 else 1 end
            where organization_id = {due.OrganizationId} and webhook_id = {due.WebhookId} and held_epoch <= {due.Epoch}
              and exists (select 1 from line_owner o where o.line_id = delivery_queue.line_id and o.epoch = {due.Epoch})
            """, ct);
    }

    private static LaneDelivery? Read(DbDataReader row)
    {
        // One look-up for both: no name of an event has a space. None for a row whose delivery was swept: it must not stop the others.
        if (row.TextOrNull(7) is not { } told)
            return null;
        var end = told.IndexOf(' ', StringComparison.Ordinal);
        return new LaneDelivery(
            row.Uuid(0), row.Uuid(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5) != 0, row.UuidOrNull(6),
            told[..end], end + 1 == told.Length ? null : told[(end + 1)..]);
    }

    private static Task<List<Guid>> FindAsync(
        DbSession db, DueWebhook due, long latest, long newest, int lanes, long ofLane, CancellationToken ct) => db.QueryAsync($"""
        with recursive lane as (
            select h.lane_id, min(h.place) as place, {1L} as depth from (
                select * from (
                    select q.lane_id, q.place from delivery_queue q
                    where q.webhook_id = {due.WebhookId} and q.due_at > 0 and q.due_at <= {latest}
                    order by q.due_at, q.place limit {(long)lanes}) again
                union all
                select * from (
                    select q.lane_id, q.place from delivery_queue q
                    where q.webhook_id = {due.WebhookId} and q.due_at <= {newest} order by q.due_at, q.place limit {(long)lanes}) fresh) h
            group by h.lane_id
            union all
            select l.lane_id, (
                select min(n.place) from delivery_queue n
                where n.lane_id = l.lane_id and n.webhook_id = {due.WebhookId} and n.place > l.place and n.parked_at is null), l.depth + 1
            from lane l where l.place is not null and l.depth < {ofLane})
        select (
            select n.delivery_id from delivery_queue n
            where n.lane_id = l.lane_id and n.webhook_id = {due.WebhookId} and n.place = l.place and n.parked_at is null
            order by n.place limit 1)
        from lane l where l.place is not null
        """, row => row.UuidOrNull(0) ?? Guid.Empty, ct);
}

/// <param name="Attempts">Before this time in hand, as <paramref name="Tries"/>, which counts those of the present schedule.</param>
/// <param name="Once">There is no second attempt.</param>
/// <param name="Body">Null when it is long, and to be read when its turn comes.</param>
internal sealed record LaneDelivery(
    Guid Id, Guid LaneId, long Place, long Attempts, long Tries, bool Once, Guid? RedeliveryId, string Event, string? Body);
