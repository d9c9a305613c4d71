using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Lines;

namespace Ezw.Messaging;

/// <summary>Reading messages, and the conditions on them that several stores share.</summary>
internal static class MessageStore
{
    /// <summary>
    /// For <c>message m</c> named by a row r: stored by this very transaction. A subselect on purpose: offered a join, PostgreSQL starts from
    /// the position and reads every message of the organization to find those behind it.
    /// </summary>
    public static readonly SqlText StoredNow = new(
        "m.position > (select p.position from event_position p where p.organization_id = r.organization_id)");

    /// <summary>For <c>message_change e</c>: a change of the message in the named row.</summary>
    public static SqlText ChangeOf(string message) => new($"""
        e.organization_id = {message}.organization_id and e.conversation_id = {message}.conversation_id
        and e.provider_message_id = {message}.provider_message_id and e.direction = {message}.direction
        """);

    /// <summary>
    /// What the edits and deletions that are stored make of a message that is being updated; the newest text counts, and the first
    /// deletion. Safe to repeat.
    /// </summary>
    public static readonly SqlText UpToDate = new($"""
        body = coalesce((
            select e.value from message_change e where {ChangeOf("message").Value} and e.kind = 'edit'
            order by e.at desc, e.value desc limit 1), message.body),
        original_body = case when message.edited_at is null and exists (
            select 1 from message_change e where {ChangeOf("message").Value} and e.kind = 'edit') then message.body
            else message.original_body end,
        edited_at = (select max(e.at) from message_change e where {ChangeOf("message").Value} and e.kind = 'edit'),
        deleted_at = (select min(e.at) from message_change e where {ChangeOf("message").Value} and e.kind = 'delete')
        """);

    /// <summary>An outgoing message of the caller's line with its attempts, or null.</summary>
    public static async Task<MessageState?> FindAsync(DbSession db, LineCaller caller, Guid messageId, CancellationToken ct)
    {
        var attempts = await db.QueryAsync($"""
            select number, started_at, finished_at, outcome, error_code from attempt
            where organization_id = {caller.OrganizationId} and message_id = {messageId} order by number
            """, row => new AttemptView(
                row.GetInt64(0), Time(row.GetInt64(1)), row.NumberOrNull(2) - row.GetInt64(1), row.TextOrNull(3), row.TextOrNull(4)), ct);
        return await db.FirstAsync($"""
            select id, conversation_id, line_id, status, provider_message_id, type, body, cta_text, cta_url, error_code, error_message,
                   created_at
            from message
            where organization_id = {caller.OrganizationId} and id = {messageId} and line_id = {caller.LineId} and direction = 'out'
            """, row => new MessageState(
                row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetString(3), row.GetString(4), row.GetString(5), row.TextOrNull(6),
                row.TextOrNull(7) is { } text ? new SentButton(text, row.GetString(8)) : null,
                row.TextOrNull(9) is { } code ? new MessageError(code, row.TextOrNull(10) ?? "") : null,
                Time(row.GetInt64(11)), attempts), ct);
    }

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
