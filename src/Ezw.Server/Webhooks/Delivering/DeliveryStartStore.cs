using System.Data.Common;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// Counts attempts and takes deliveries in hand. False: the epoch is stale, the webhook was turned off, or something else became of the
/// delivery since it was read; it must not be sent.
/// </summary>
internal sealed class DeliveryStartStore : CommitKind<DeliveryStart, bool>
{
    public override Guid OrganizationOf(DeliveryStart item) => item.Line.OrganizationId;

    public override IEnumerable<Sql> Write(CommitBatch<DeliveryStart> batch)
    {
        yield return Sql.Of($"""
            update delivery_queue
            set attempts = delivery_queue.attempts + 1, tries = delivery_queue.tries + 1, due_at = null, held_epoch = r.epoch
            from {Of(batch)} join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch
            join webhook w on w.id = r.webhook_id and w.deleted_at is null
            where delivery_queue.organization_id = r.organization_id and delivery_queue.delivery_id = r.delivery_id
              and delivery_queue.attempts = r.attempts and coalesce(delivery_queue.parked_at, 0) = 0
              and delivery_queue.held_epoch is null and (w.enabled = 1 or coalesce(delivery_queue.due_at, 0) < 0)
            """);
    }

    public override Sql Outcomes(CommitBatch<DeliveryStart> batch) => Sql.Of($"""
        select case when coalesce(q.held_epoch, -1) = r.epoch and q.attempts = r.attempts + 1 then 1 else 0 end
        from {Of(batch)} left join delivery_queue q on q.organization_id = r.organization_id and q.delivery_id = r.delivery_id
        order by r.ordinal
        """);

    public override bool Read(DeliveryStart item, DbDataReader row) => row.Truth(0);

    private static Rows Of(CommitBatch<DeliveryStart> batch) => Rows.Of("r", batch.Items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch)
        .Uuid("webhook_id", i => i.WebhookId).Uuid("delivery_id", i => i.DeliveryId)
        .Number("attempts", i => i.Attempts);
}
