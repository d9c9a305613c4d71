using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Messaging.Sending;

/// <summary>Writes down that an attempt begins, before the provider hears of it. False: another owner, or somebody began it already.</summary>
internal sealed class AttemptStartStore : CommitKind<AttemptStart, bool>
{
    public override Guid OrganizationOf(AttemptStart item) => item.Line.OrganizationId;

    public override object? ExclusiveKey(AttemptStart item) => item.MessageId;

    public override IEnumerable<Sql> Write(CommitBatch<AttemptStart> batch)
    {
        var rows = Of(batch);
        yield return Sql.Of($"""
            insert into attempt (organization_id, message_id, number, epoch, started_at)
            select r.organization_id, r.message_id, r.number, r.epoch, r.at
            from {rows}
            join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
            join outbox o on o.organization_id = r.organization_id and o.message_id = r.message_id and o.attempts = r.number - 1
            where true
            on conflict (organization_id, message_id, number) do nothing
            """);
        yield return Sql.Of($"""
            update outbox set attempts = r.number, due_at = r.lease_until
            from {rows} join attempt a on a.organization_id = r.organization_id and a.message_id = r.message_id and a.number = r.number
                and a.epoch = r.epoch and a.finished_at is null
            where outbox.organization_id = r.organization_id and outbox.message_id = r.message_id and outbox.attempts = r.number - 1
            """);
        yield return StatusMoveStore.Log(rows);
        yield return StatusMoveStore.Apply(rows);
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<AttemptStart> batch) => Sql.Of($"""
        select case when a.number is null then 0 else 1 end
        from {Of(batch)}
        left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        left join attempt a on a.organization_id = r.organization_id and a.message_id = r.message_id and a.number = r.number
            and a.epoch = w.epoch and a.finished_at is null
        order by r.ordinal
        """);

    public override bool Read(AttemptStart item, DbDataReader row) => row.Truth(0);

    private static Rows Of(CommitBatch<AttemptStart> batch) => Rows.Of("r", batch.Items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch)
        .Uuid("message_id", i => i.MessageId).Number("number", i => i.Number).Number("at", i => i.At)
        .Number("lease_until", i => i.LeaseUntil).Text("status", _ => MessageStatus.Sending)
        .Text("error_code", _ => null).Text("error_message", _ => null);
}
