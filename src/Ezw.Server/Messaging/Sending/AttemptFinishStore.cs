using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Messaging.Sending;

/// <summary>Writes down how an attempt ended and, when the message is done, makes the next one of its conversation due. False: stale epoch.</summary>
internal sealed class AttemptFinishStore : CommitKind<AttemptFinish, bool>
{
    public override Guid OrganizationOf(AttemptFinish item) => item.Line.OrganizationId;

    public override object? ExclusiveKey(AttemptFinish item) => item.MessageId;

    public override IEnumerable<Sql> Write(CommitBatch<AttemptFinish> batch)
    {
        var rows = Of(batch);
        yield return Sql.Of($"""
            update attempt set finished_at = r.at, outcome = r.outcome, error_code = r.error_code
            from {rows} join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
            where attempt.organization_id = r.organization_id and attempt.message_id = r.message_id and attempt.number = r.number
              and attempt.finished_at is null
            """);
        yield return StatusMoveStore.Log(rows);
        yield return StatusMoveStore.Apply(rows);
        yield return Sql.Of($"""
            update outbox set due_at = r.due_at
            from {rows} join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
            where outbox.organization_id = r.organization_id and outbox.message_id = r.message_id and r.due_at is not null
            """);
        yield return Sql.Of($"""
            delete from outbox where (organization_id, message_id) in (
                select r.organization_id, r.message_id
                from {rows} join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
                where r.due_at is null)
            """);
        yield return Sql.Of($"""
            update outbox set due_at = {batch.Now}
            where due_at is null and (organization_id, conversation_id, position) in (
                select n.organization_id, n.conversation_id, min(n.position)
                from outbox n
                where (n.organization_id, n.conversation_id) in (
                    select r.organization_id, r.conversation_id from {rows} where r.due_at is null)
                group by n.organization_id, n.conversation_id)
            """);
        yield return EventStore.Advance(batch.Organizations);
    }

    public override Sql Outcomes(CommitBatch<AttemptFinish> batch) => Sql.Of($"""
        select case when w.epoch is null then 0 else 1 end
        from {Of(batch)} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """);

    public override bool Read(AttemptFinish item, DbDataReader row) => row.Truth(0);

    private static Rows Of(CommitBatch<AttemptFinish> batch) => Rows.Of("r", batch.Items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch)
        .Uuid("message_id", i => i.MessageId).Uuid("conversation_id", i => i.ConversationId).Number("number", i => i.Number)
        .Number("at", i => i.At).Text("outcome", i => i.Outcome).Text("status", i => i.Status).Text("error_code", i => i.ErrorCode)
        .Text("error_message", i => i.ErrorMessage).Number("due_at", i => i.DueAt);
}
