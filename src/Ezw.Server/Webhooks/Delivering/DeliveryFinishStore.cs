using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// Writes down what became of deliveries: the attempt, the end or the next try, and how the webhook fares. Makes the next of the lane due.
/// False: the epoch is stale, and nothing was written.
/// </summary>
internal sealed class DeliveryFinishStore : CommitKind<DeliveryFinish, bool>
{
    public override Guid OrganizationOf(DeliveryFinish item) => item.Line.OrganizationId;

    public override object? ExclusiveKey(DeliveryFinish item) => item.Delivery.Id;

    public override IEnumerable<Sql> Write(CommitBatch<DeliveryFinish> batch)
    {
        var rows = Of(batch);
        // First, because it counts an attempt only while that is not stored: the batch may run twice.
        if (batch.Items.Any(item => item.Attempt is not null))
            yield return HealthStore.Count(rows);
        if (batch.Items.Any(item => item.Delivery.RedeliveryId is not null))
            yield return HealthStore.CountRedelivered(rows);
        if (batch.Items.Any(item => item.Attempt is not null))
            yield return LogAttempts(rows);
        if (batch.Items.Any(item => item.End != DeliveryEnd.PutBack))
            yield return End(rows);
        if (batch.Items.Any(item => item.End != DeliveryEnd.Accepted))
            yield return Keep(rows, batch.Now);
        if (batch.Items.Any(item => item.End == DeliveryEnd.Accepted))
            yield return Leave(rows);
        if (batch.Items.Any(item => item.EndsLane))
            yield return MakeNextDue(rows);
        if (!batch.Items.Any(item => item.Failed))
            yield break;
        foreach (var consequence in HealthStore.Consequences(rows, batch.Now))
            yield return consequence;
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<DeliveryFinish> batch) => Sql.Of($"""
        select case when w.epoch is null then 0 else 1 end
        from {Of(batch)} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """);

    public override bool Read(DeliveryFinish item, DbDataReader row) => row.Truth(0);

    private static Sql LogAttempts(Rows rows) => $"""
        insert into delivery_attempt (organization_id, delivery_id, number, started_at, duration_ms, dns_ms, connect_ms, tls_ms,
            first_byte_ms, status, error, answer)
        select r.organization_id, r.delivery_id, r.number, r.started_at, r.duration_ms, r.dns_ms, r.connect_ms, r.tls_ms,
            r.first_byte_ms, r.status, r.error, r.answer
        from {rows} {HealthStore.Owned}
        where r.started_at is not null
        on conflict (organization_id, delivery_id, number) do nothing
        """;

    private static Sql End(Rows rows) => $"""
        update delivery set state = case r.accepted when 1 then 'accepted' else 'failed' end, attempts = r.number, finished_at = r.ended_at
        from {rows} {HealthStore.Owned}
        where delivery.organization_id = r.organization_id and delivery.webhook_id = r.webhook_id and delivery.id = r.delivery_id
          and delivery.state = 'waiting' and (r.accepted = 1 or r.given_up = 1)
        """;

    /// <summary>What was not tried was counted when it was taken in hand.</summary>
    private static Sql Keep(Rows rows, long now) => $"""
        update delivery_queue
        set held_epoch = null, due_at = r.due_at, parked_at = case r.given_up when 1 then {now} end,
            attempts = delivery_queue.attempts - (1 - r.tried), tries = delivery_queue.tries - (1 - r.tried)
        from {rows} {HealthStore.Owned}
        where delivery_queue.organization_id = r.organization_id and delivery_queue.delivery_id = r.delivery_id
          and coalesce(delivery_queue.held_epoch, -1) = r.epoch and r.accepted = 0
        """;

    private static Sql Leave(Rows rows) => $"""
        delete from delivery_queue
        where (organization_id, delivery_id, coalesce(held_epoch, -1)) in (
            select r.organization_id, r.delivery_id, r.epoch from {rows} {HealthStore.Owned} where r.accepted = 1)
        """;

    /// <summary>The first that waits in a lane is due, unless it is in hand or has its own time.</summary>
    private static Sql MakeNextDue(Rows rows) => $"""
        update delivery_queue set due_at = 0
        where due_at is null and held_epoch is null and coalesce(parked_at, 0) = 0 and (organization_id, delivery_id) in (
            select r.organization_id, (
                select n.delivery_id from delivery_queue n
                where n.lane_id = r.lane_id and n.webhook_id = r.webhook_id and n.parked_at is null order by n.place limit 1)
            from {rows} {HealthStore.Owned} where r.ends_lane = 1)
        """;

    private static Rows Of(CommitBatch<DeliveryFinish> batch) => Rows.Of("r", batch.Items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch)
        .Uuid("webhook_id", i => i.WebhookId).Uuid("delivery_id", i => i.Delivery.Id).Uuid("lane_id", i => i.Delivery.LaneId)
        .Uuid("redelivery_id", i => i.Delivery.RedeliveryId)
        .Number("accepted", i => i.End == DeliveryEnd.Accepted ? 1 : 0).Number("given_up", i => i.End == DeliveryEnd.GivenUp ? 1 : 0)
        .Number("number", i => i.Number).Number("tried", i => i.Tried ? 1 : 0)
        .Number("ends_lane", i => i.EndsLane ? 1 : 0).Number("due_at", i => i.DueAt)
        .Number("started_at", i => i.Attempt?.StartedAt)
        .Number("ended_at", i => i.Attempt is { } made ? made.StartedAt + (long)made.Duration.TotalMilliseconds : batch.Now)
        .Number("duration_ms", i => Ms(i.Attempt?.Duration)).Number("dns_ms", i => Ms(i.Attempt?.Times.Dns))
        .Number("connect_ms", i => Ms(i.Attempt?.Times.Connect)).Number("tls_ms", i => Ms(i.Attempt?.Times.Tls))
        .Number("first_byte_ms", i => Ms(i.Attempt?.Times.FirstByte)).Number("status", i => i.Attempt?.Status)
        .Text("error", i => i.Attempt?.Error).Text("problem", i => i.Attempt?.Problem).Bytes("answer", i => i.Attempt?.Answer)
        .Number("gone", i => i.TargetIsGone ? 1 : 0)
        .Number("failures", i => i.Breaker.Failures).Number("openings", i => i.Breaker.Openings)
        .Number("open_until", i => i.Breaker.OpenUntil);

    private static long? Ms(TimeSpan? time) => (long?)time?.TotalMilliseconds;
}
