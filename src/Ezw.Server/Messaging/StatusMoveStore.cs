using Ezw.Foundation.Storage;

namespace Ezw.Messaging;

/// <summary>
/// Moves messages forward and logs it. The rows need: organization_id, line_id, epoch, message_id, status, error_code, error_message, at.
/// Backward moves and stale epochs change nothing, so the pair may run twice.
/// </summary>
internal static class StatusMoveStore
{
    /// <summary>Runs before <see cref="Apply"/>, while the old status still tells which messages will move.</summary>
    public static Sql Log(Rows rows) => $"""
        insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
        select r.organization_id,
               p.position + row_number() over (partition by r.organization_id order by r.ordinal),
               {MessageEvents.StatusChanged}, m.line_id, m.conversation_id, m.id, r.status, r.at
        from {rows}
        join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        join message m on m.organization_id = r.organization_id and m.id = r.message_id
        join event_position p on p.organization_id = r.organization_id
        where {MessageStatus.MovesForward}
        """;

    public static Sql Apply(Rows rows) => $"""
        update message set status = r.status, error_code = r.error_code, error_message = r.error_message
        from {rows}
        join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where message.organization_id = m.organization_id and message.id = m.id and {MessageStatus.MovesForward}
        """;
}
