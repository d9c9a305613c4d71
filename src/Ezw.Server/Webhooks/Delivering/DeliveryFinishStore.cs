using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// Writes down what became of deliveries: the attempt, the end or the next try, and how the webhook fares. Makes the next of the lane due.
/// </summary>
internal sealed class DeliveryFinishStore : CommitKind<DeliveryFinish, DeliveryFinished>
{
    public override Guid OrganizationOf(DeliveryFinish item) => item.Line.OrganizationId;

    public override object? ExclusiveKey(DeliveryFinish item) => item.Delivery.Id;

    // Each statement gets the columns that it reads and no others: a batch travels once for each of them.
    public override IEnumerable<Sql> Write(CommitBatch<DeliveryFinish> batch)
    {
        List<DeliveryFinish> attempts = [.. batch.Items.Where(item => item.Attempt is not null)];
        List<DeliveryFinish> redelivered = [.. attempts.Where(item => item.Delivery.RedeliveryId is not null)];
        List<DeliveryFinish> ended = [.. batch.Items.Where(item => item.End != DeliveryEnd.PutBack)];
        List<DeliveryFinish> accepted = [.. ended.Where(item => item.End == DeliveryEnd.Accepted)];
        List<DeliveryFinish> kept = [.. batch.Items.Where(item => item.End != DeliveryEnd.Accepted)];
        List<DeliveryFinish> lanes = [.. batch.Items.Where(item => item.EndsLane)];
        List<DeliveryFinish> failed = [.. attempts.Where(item => item.Failed)];
        // First, because it counts an attempt only while that is not stored: the batch may run twice.
        if (attempts.Count > 0)
            yield return HealthStore.Count(attempts);
        if (redelivered.Count > 0)
            yield return HealthStore.CountRedelivered(redelivered);
        if (attempts.Count > 0)
            yield return LogAttempts(attempts);
        if (ended.Count > 0)
            yield return End(ended, batch.Now);
        if (kept.Count > 0)
            yield return Keep(kept, batch.Now);
        if (accepted.Count > 0)
            yield return Leave(accepted);
        if (lanes.Count > 0)
            yield return MakeNextDue(lanes);
        if (failed.Count == 0)
            yield break;
        foreach (var consequence in HealthStore.Consequences(failed, batch.Now))
            yield return consequence;
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<DeliveryFinish> batch)
    {
        Rows rows = Lanes(batch.Items).Number("ends_lane", i => i.EndsLane ? 1 : 0);
        return Sql.Of($"""
            select case when w.epoch is null then 0 else 1 end, case when r.ends_lane = 1 and (
                select coalesce(n.due_at, 1) from delivery_queue n
                where n.lane_id = r.lane_id and n.webhook_id = r.webhook_id and n.parked_at is null order by n.place limit 1) <= 0
                then 1 else 0 end
            from {rows} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
            order by r.ordinal
            """);
    }

    public override DeliveryFinished Read(DeliveryFinish item, DbDataReader row) => new(row.Truth(0), row.Truth(1));

    private static Sql LogAttempts(IReadOnlyList<DeliveryFinish> attempts)
    {
        Rows rows = Deliveries(attempts)
            .Number("started_at", i => i.Attempt!.StartedAt).Number("duration_ms", i => Ms(i.Attempt!.Duration))
            .Number("dns_ms", i => Ms(i.Attempt!.Times.Dns)).Number("connect_ms", i => Ms(i.Attempt!.Times.Connect))
            .Number("tls_ms", i => Ms(i.Attempt!.Times.Tls)).Number("first_byte_ms", i => Ms(i.Attempt!.Times.FirstByte))
            .Number("status", i => i.Attempt!.Status).Text("error", i => i.Attempt!.Error).Bytes("answer", i => i.Attempt!.Answer);
        return $"""
            insert into delivery_attempt (organization_id, delivery_id, number, started_at, duration_ms, dns_ms, connect_ms, tls_ms,
                first_byte_ms, status, error, answer)
            select r.organization_id, r.delivery_id, r.number, r.started_at, r.duration_ms, r.dns_ms, r.connect_ms, r.tls_ms,
                r.first_byte_ms, r.status, r.error, r.answer
            from {rows} {HealthStore.Owned}
            where 1 = 1
            on conflict (organization_id, delivery_id, number) do nothing
            """;
    }

    private static Sql End(IReadOnlyList<DeliveryFinish> ended, long now)
    {
        Rows rows = Deliveries(ended)
            .Uuid("webhook_id", i => i.WebhookId).Number("accepted", i => i.End == DeliveryEnd.Accepted ? 1 : 0)
            .Number("ended_at", i => i.Attempt?.EndedAt ?? now);
        return $"""
            update delivery
            set state = case r.accepted when 1 then 'accepted' else 'failed' end, attempts = r.number, finished_at = r.ended_at
            from {rows} {HealthStore.Owned}
            where delivery.organization_id = r.organization_id and delivery.webhook_id = r.webhook_id and delivery.id = r.delivery_id
              and delivery.state = 'waiting'
            """;
    }

    /// <summary>What was not tried was counted when it was taken in hand.</summary>
    private static Sql Keep(IReadOnlyList<DeliveryFinish> kept, long now)
    {
        Rows rows = Deliveries(kept)
            .Number("tried", i => i.Tried ? 1 : 0).Number("due_at", i => i.DueAt)
            .Number("given_up", i => i.End == DeliveryEnd.GivenUp ? 1 : 0);
        return $"""
            update delivery_queue
            set held_epoch = null, due_at = r.due_at, parked_at = case r.given_up when 1 then {now} end,
                attempts = delivery_queue.attempts - (1 - r.tried), tries = delivery_queue.tries - (1 - r.tried)
            from {rows} {HealthStore.Owned}
            where delivery_queue.organization_id = r.organization_id and delivery_queue.delivery_id = r.delivery_id
              and coalesce(delivery_queue.held_epoch, -1) = r.epoch and delivery_queue.attempts = r.number
            """;
    }

    private static Sql Leave(IReadOnlyList<DeliveryFinish> accepted)
    {
        Rows rows = Deliveries(accepted);
        return $"""
            delete from delivery_queue
            where (organization_id, delivery_id, coalesce(held_epoch, -1), attempts) in (
                select r.organization_id, r.delivery_id, r.epoch, r.number from {rows} {HealthStore.Owned})
            """;
    }

    /// <summary>The first that waits in a lane is due, unless it is in hand or has its own time.</summary>
    private static Sql MakeNextDue(IReadOnlyList<DeliveryFinish> lanes)
    {
        Rows rows = Lanes(lanes);
        return $"""
            update delivery_queue set due_at = {LaneStore.AtOnce}
            where due_at is null and held_epoch is null and coalesce(parked_at, 0) = 0 and (organization_id, delivery_id) in (
                select r.organization_id, (
                    select n.delivery_id from delivery_queue n
                    where n.lane_id = r.lane_id and n.webhook_id = r.webhook_id and n.parked_at is null order by n.place limit 1)
                from {rows} {HealthStore.Owned})
            """;
    }

    private static Rows<DeliveryFinish> Deliveries(IReadOnlyList<DeliveryFinish> items) => HealthStore.Lines(items)
        .Uuid("delivery_id", i => i.Delivery.Id).Number("number", i => i.Number);

    private static Rows<DeliveryFinish> Lanes(IReadOnlyList<DeliveryFinish> items) => HealthStore.Lines(items)
        .Uuid("webhook_id", i => i.WebhookId).Uuid("lane_id", i => i.Delivery.LaneId);

    private static long? Ms(TimeSpan? time) => (long?)time?.TotalMilliseconds;
}
