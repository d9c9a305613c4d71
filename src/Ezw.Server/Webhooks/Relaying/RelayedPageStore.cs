using System.Data.Common;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Webhooks.Relaying;

/// <summary>
/// Stores the deliveries of a page together with the progress that they are: a page is stored by whoever comes first, once, whatever
/// dies in between. False: somebody else stored it.
/// </summary>
internal sealed class RelayedPageStore : CommitKind<RelayedPage, bool>
{
    private static readonly SqlText Unseen = new("""
        join webhook_relay p on p.organization_id = r.organization_id and p.position = r.from_position
        join webhook w on w.organization_id = r.organization_id and w.id = r.webhook_id
        """);

    public override Guid OrganizationOf(RelayedPage item) => item.OrganizationId;

    public override object? ExclusiveKey(RelayedPage item) => item.OrganizationId;

    public override IEnumerable<Sql> Write(CommitBatch<RelayedPage> batch)
    {
        var deliveries = batch.Items.SelectMany(page => page.Deliveries.Select(delivery => (Page: page, Delivery: delivery))).ToList();
        if (deliveries.Count > 0)
        {
            yield return Log(
                Of(deliveries).Text("event", d => d.Delivery.Event).Uuid("subject_id", d => d.Delivery.SubjectId)
                    .Text("body", d => d.Delivery.Body),
                batch.Now);
            yield return Queue(Of(deliveries).Number("place", d => d.Delivery.Place).Number("once", d => d.Delivery.Once ? 1 : 0));
            yield return Count(Of(deliveries));
        }
        Rows pages = Rows.Of("r", batch.Items).Uuid("organization_id", i => i.OrganizationId).Number("from_position", i => i.From)
            .Number("to_position", i => i.To);
        yield return Sql.Of($"""
            update webhook_relay set position = r.to_position
            from {pages} where webhook_relay.organization_id = r.organization_id and webhook_relay.position = r.from_position
            """);
    }

    public override Sql Outcomes(CommitBatch<RelayedPage> batch)
    {
        Rows pages = Rows.Of("r", batch.Items).Uuid("organization_id", i => i.OrganizationId).Number("to_position", i => i.To);
        return Sql.Of($"""
            select case when p.position is null then 0 else 1 end
            from {pages} left join webhook_relay p on p.organization_id = r.organization_id and p.position = r.to_position
            order by r.ordinal
            """);
    }

    public override bool Read(RelayedPage item, DbDataReader row) => row.Truth(0);

    private static Rows<(RelayedPage Page, NewDelivery Delivery)> Of(List<(RelayedPage Page, NewDelivery Delivery)> deliveries) =>
        Rows.Of("r", deliveries)
            .Uuid("organization_id", d => d.Page.OrganizationId).Number("from_position", d => d.Page.From)
            .Uuid("webhook_id", d => d.Delivery.WebhookId).Uuid("id", d => d.Delivery.Id).Uuid("line_id", d => d.Delivery.LineId)
            .Uuid("conversation_id", d => d.Delivery.ConversationId);

    private static Sql Log(Rows rows, long now) => $"""
        insert into delivery (organization_id, webhook_id, id, line_id, conversation_id, event, subject_id, body, state, attempts,
            created_at)
        select r.organization_id, r.webhook_id, r.id, r.line_id, r.conversation_id, r.event, r.subject_id, r.body, 'waiting', 0, {now}
        from {rows} {Unseen}
        """;

    /// <summary>Due is only who stands first in the lane.</summary>
    private static Sql Queue(Rows rows) => $"""
        insert into delivery_queue (organization_id, webhook_id, delivery_id, line_id, lane_id, place, due_at, attempts, tries, once)
        select r.organization_id, r.webhook_id, r.id, r.line_id, r.conversation_id, r.place,
               case when row_number() over (partition by r.webhook_id, r.conversation_id order by r.place) = 1 and (
                   select min(q.place) from delivery_queue q
                   where q.lane_id = r.conversation_id and q.webhook_id = r.webhook_id and q.parked_at is null) is null then 0 end,
               0, 0, r.once
        from {rows} {Unseen}
        """;

    private static Sql Count(Rows rows) => $"""
        update webhook_health set queued = webhook_health.queued + s.deliveries
        from (
            select r.organization_id, r.webhook_id, count(*) as deliveries from {rows} {Unseen} group by r.organization_id, r.webhook_id) s
        where webhook_health.organization_id = s.organization_id and webhook_health.webhook_id = s.webhook_id
        """;
}
