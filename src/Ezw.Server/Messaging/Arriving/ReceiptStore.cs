using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>Stores receipts in groups. They come twice, late and out of order; status only moves forward. False: stale epoch.</summary>
internal sealed class ReceiptStore : CommitKind<Receipt, bool>
{
    public override Guid OrganizationOf(Receipt item) => item.Line.OrganizationId;

    public override object? ExclusiveKey(Receipt item) => (item.Line.LineId, item.ProviderMessageId);

    public override IEnumerable<Sql> Write(CommitBatch<Receipt> batch)
    {
        var rows = Of(batch);
        yield return Sql.Of($"""
            insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
            select r.organization_id, p.position + row_number() over (partition by r.organization_id order by r.ordinal),
                   {MessageEvents.StatusChanged}, m.line_id, m.conversation_id, m.id, r.status, r.at
            from {rows}
            join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
            join event_position p on p.organization_id = r.organization_id
            join message m on m.organization_id = r.organization_id and m.line_id = r.line_id
                and m.provider_message_id = r.provider_message_id and m.direction = 'out'
            where {MessageStatus.MovesForward}
            """);
        yield return Sql.Of($"""
            update message set status = r.status, error_code = case when r.status = 'failed' then 'rejected_by_whatsapp' end,
                   error_message = case when r.status = 'failed' then 'WhatsApp could not deliver the message.' end
            from {rows}
            join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
            join message m on m.organization_id = r.organization_id and m.line_id = r.line_id
                and m.provider_message_id = r.provider_message_id and m.direction = 'out'
            where message.organization_id = m.organization_id and message.id = m.id and {MessageStatus.MovesForward}
            """);
        yield return EarlyReceiptStore.Keep(rows, batch.Now);
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<Receipt> batch) => Sql.Of($"""
        select case when w.epoch is null then 0 else 1 end
        from {Of(batch)} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """);

    public override bool Read(Receipt item, DbDataReader row) => row.Truth(0);

    private static Rows Of(CommitBatch<Receipt> batch) => Rows.Of("r", batch.Items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch)
        .Text("provider_message_id", i => i.ProviderMessageId).Text("status", i => StatusOf(i.Kind)).Number("at", i => i.At);

    private static string StatusOf(ReceiptKind kind) => kind switch
    {
        ReceiptKind.Server => MessageStatus.Sent,
        ReceiptKind.Delivered => MessageStatus.Delivered,
        ReceiptKind.Read => MessageStatus.Read,
        ReceiptKind.Played => MessageStatus.Played,
        ReceiptKind.Failed => MessageStatus.Failed,
        _ => throw new InvalidOperationException($"Unknown receipt {kind}."),
    };
}
