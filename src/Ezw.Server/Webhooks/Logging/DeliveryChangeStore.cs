using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Logging;

/// <summary>SQL of what people do to single deliveries. All of it runs under the organization's lock.</summary>
internal static class DeliveryChangeStore
{
    /// <summary>
    /// A test that waits behind more than so many newer deliveries does not keep anybody from asking for the next one. It makes the look
    /// for it a short one.
    /// </summary>
    private const int TestsLookBack = 100;

    /// <summary>No living node is at it; what a dead one held is free.</summary>
    private static readonly SqlText NotInHand = new("""
        (delivery_queue.held_epoch is null or delivery_queue.held_epoch <> (
            select o.epoch from line_owner o
            where o.organization_id = delivery_queue.organization_id and o.line_id = delivery_queue.line_id))
        """);

    public static Task<DeliveryStanding?> FindAsync(DbSession db, WebhookKey webhook, Guid deliveryId, CancellationToken ct) =>
        db.FirstAsync($"""
            select state, attempts from delivery
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id = {deliveryId}
            """, row => new DeliveryStanding(deliveryId, row.GetString(0), row.GetInt64(1)), ct);

    public static async Task<bool> HasWaitingTestAsync(DbSession db, WebhookKey webhook, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1 from (
                select d.event, d.state from delivery d
                where d.organization_id = {webhook.OrganizationId} and d.webhook_id = {webhook.Id}
                order by d.id desc limit {(long)TestsLookBack}) newest
            where newest.event = {WebhookEvents.Test} and newest.state = {DeliveryState.Waiting} limit 1
            """, _ => true, ct)).Count > 0;

    /// <summary>Alone in a lane of its own, due at once even while the webhook is off, one attempt.</summary>
    public static async Task AddTestAsync(DbSession db, WebhookKey webhook, Guid deliveryId, string body, long now, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            insert into delivery (organization_id, webhook_id, id, line_id, event, body, state, attempts, created_at)
            values ({webhook.OrganizationId}, {webhook.Id}, {deliveryId}, {webhook.LineId}, {WebhookEvents.Test}, {body},
                {DeliveryState.Waiting}, 0, {now})
            """, ct);
        await db.ExecuteAsync($"""
            insert into delivery_queue (organization_id, webhook_id, delivery_id, line_id, lane_id, place, due_at, attempts, tries, once)
            values ({webhook.OrganizationId}, {webhook.Id}, {deliveryId}, {webhook.LineId}, {deliveryId}, -1, -1, 0, 0, 1)
            """, ct);
        await CountQueuedAsync(db, webhook, 1, ct);
    }

    /// <summary>What is at its end waits again: beside its conversation's lane, which must not wait for it, with a schedule from its beginning.</summary>
    public static async Task RequeueAsync(
        DbSession db, WebhookKey webhook, DeliveryStanding delivery, bool persistent, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            insert into delivery_queue (organization_id, webhook_id, delivery_id, line_id, lane_id, place, due_at, attempts, tries, once)
            values ({webhook.OrganizationId}, {webhook.Id}, {delivery.Id}, {webhook.LineId}, {delivery.Id}, 0, 0, {delivery.Attempts}, 0,
                {(persistent ? 0L : 1L)})
            on conflict (organization_id, delivery_id) do update set lane_id = excluded.lane_id, place = 0, due_at = 0,
                held_epoch = null, tries = 0, once = excluded.once, redelivery_id = null, parked_at = null
            """, ct);
        await db.ExecuteAsync($"""
            update delivery set state = {DeliveryState.Waiting}, finished_at = null
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id = {delivery.Id}
            """, ct);
        await CountQueuedAsync(db, webhook, 1, ct);
    }

    /// <summary>What waits for its time does not wait any longer. One that is behind another, or on its way, is left alone.</summary>
    public static Task HastenAsync(DbSession db, WebhookKey webhook, Guid deliveryId, CancellationToken ct) => db.ExecuteAsync($"""
        update delivery_queue set due_at = 0
        where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and delivery_id = {deliveryId}
          and parked_at is null and due_at > 0 and {NotInHand}
        """, ct);

    /// <summary>Ends what waits; the next one of its lane takes its place. False when it is on its way.</summary>
    public static async Task<bool> CancelAsync(DbSession db, WebhookKey webhook, Guid deliveryId, long now, CancellationToken ct)
    {
        var taken = await db.FirstAsync($"""
            delete from delivery_queue
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and delivery_id = {deliveryId}
              and parked_at is null and {NotInHand}
            returning lane_id, attempts, redelivery_id
            """, row => new TakenOut(row.Uuid(0), row.GetInt64(1), row.UuidOrNull(2)), ct);
        if (taken is null)
            return false;
        await AdvanceAsync(db, webhook, taken.LaneId, ct);
        await db.ExecuteAsync($"""
            update delivery set state = {DeliveryState.Canceled}, attempts = {taken.Attempts}, finished_at = {now}
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id = {deliveryId}
            """, ct);
        await CountQueuedAsync(db, webhook, -1, ct);
        if (taken.RedeliveryId is { } redeliveryId)
            await RedeliveryStore.LeaveOutAsync(db, webhook, redeliveryId, ct);
        return true;
    }

    private static async Task AdvanceAsync(DbSession db, WebhookKey webhook, Guid laneId, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update delivery_queue set due_at = 0
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and lane_id = {laneId} and parked_at is null
              and due_at is null and held_epoch is null and place = (
                select min(n.place) from delivery_queue n
                where n.organization_id = {webhook.OrganizationId} and n.webhook_id = {webhook.Id} and n.lane_id = {laneId}
                  and n.parked_at is null)
            """, ct);

    private static async Task CountQueuedAsync(DbSession db, WebhookKey webhook, long more, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update webhook_health set queued = queued + {more}
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id}
            """, ct);

    private sealed record TakenOut(Guid LaneId, long Attempts, Guid? RedeliveryId);
}

/// <param name="Attempts">At its end.</param>
internal sealed record DeliveryStanding(Guid Id, string State, long Attempts);
