using System.Data.Common;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>Reading the queue of sends. Only the head of a conversation is ever due.</summary>
internal static class OutboxStore
{
    /// <summary>Heads of the line that may be sent now, oldest first; none while the line is paused or owned under another epoch.</summary>
    public static Task<List<DueSend>> DueAsync(DbSession db, LineKey line, long now, long limit, CancellationToken ct) => db.QueryAsync($"""
        select o.message_id, o.conversation_id, o.attempts, m.status, m.provider_message_id, m.body, m.cta_text, m.cta_url, m.typing_ms,
               q.provider_message_id, m.created_at,
               (select count(*) from attempt t
                where t.organization_id = o.organization_id and t.message_id = o.message_id and t.finished_at is null),
               (select a.value from contact_alias a
                where a.organization_id = c.organization_id and a.contact_id = c.contact_id and a.kind = 'phone' order by a.value limit 1),
               (select a.value from contact_alias a
                where a.organization_id = c.organization_id and a.contact_id = c.contact_id and a.kind = 'lid' order by a.value limit 1),
               (select a.value from contact_alias a
                where a.organization_id = c.organization_id and a.contact_id = c.contact_id and a.kind = 'group'),
               f.id, f.kind, f.state, f.source_url, f.content_hash, f.mime_type, f.file_name, f.size_bytes, m.organization_id
        from (
            select h.organization_id, h.message_id, h.conversation_id, h.attempts, h.due_at, h.position
            from outbox h
            where h.line_id = {line.LineId} and h.due_at <= {now}
              and exists (select 1 from line_owner w where w.line_id = h.line_id and w.epoch = {line.Epoch})
              and exists (
                select 1 from line l where l.organization_id = h.organization_id and l.id = h.line_id and l.paused_at is null)
            order by h.due_at, h.position limit {limit}) o
        join message m on m.organization_id = o.organization_id and m.id = o.message_id
        join conversation c on c.organization_id = o.organization_id and c.id = o.conversation_id
        left join message q on q.organization_id = m.organization_id and q.id = m.quoted_message_id
        left join attachment f on f.organization_id = m.organization_id and f.message_id = m.id
        order by o.due_at, o.position
        """, Read, ct);

    /// <summary>Lines of this node with something due: the poll behind the wake-ups.</summary>
    public static Task<List<Guid>> DueLinesAsync(DbSession db, Guid nodeId, long now, CancellationToken ct) => db.QueryAsync($"""
        select w.line_id from line_owner w
        where w.node_id = {nodeId} and exists (select 1 from outbox o where o.line_id = w.line_id and o.due_at <= {now})
        """, row => row.Uuid(0), ct);

    /// <summary>Makes due again what former owners of this node's lines had in flight: those attempts never ended.</summary>
    public static Task ReclaimAsync(DbSession db, Guid nodeId, long now, CancellationToken ct) => db.ExecuteAsync($"""
        update outbox set due_at = {now}
        where due_at > {now} and exists (
            select 1 from line_owner w
            join attempt a on a.organization_id = w.organization_id and a.epoch < w.epoch
            where w.line_id = outbox.line_id and w.node_id = {nodeId}
              and a.message_id = outbox.message_id and a.number = outbox.attempts and a.finished_at is null)
        """, ct);

    /// <summary>Depth, and the time of acceptance of the oldest waiting message. For metrics, not for hot paths.</summary>
    public static async Task<(long Depth, long? Oldest)> BacklogAsync(DbSession db, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*), min(m.created_at) from outbox o join message m on m.organization_id = o.organization_id and m.id = o.message_id
        """, row => (row.GetInt64(0), row.NumberOrNull(1)), ct))[0];

    public static Task<int> PurgeKeysAsync(DbSession db, long now, long limit, CancellationToken ct) => db.ExecuteAsync($"""
        delete from idempotency_key
        where expires_at <= {now} and (organization_id, line_id, family, key) in (
            select k.organization_id, k.line_id, k.family, k.key from idempotency_key k
            where k.expires_at <= {now} order by k.expires_at limit {limit})
        """, ct);

    private static DueSend Read(DbDataReader row) => new(
        row.Uuid(0), row.Uuid(1), (int)row.GetInt64(2), row.GetString(3), row.GetString(4), row.TextOrNull(5), row.TextOrNull(6),
        row.TextOrNull(7), row.GetInt64(8), row.TextOrNull(9), row.GetInt64(10), row.GetInt64(11),
        new ChatAddress(row.TextOrNull(12), row.TextOrNull(13), row.TextOrNull(14)),
        row.UuidOrNull(15) is not { } file ? null : new DueFile(
            row.Uuid(23), file, MediaKinds.Parse(row.GetString(16)), row.GetString(17), row.TextOrNull(18), row.TextOrNull(19),
            row.TextOrNull(20), row.TextOrNull(21), row.NumberOrNull(22)));
}

/// <param name="Body">The text or caption; null for a file without one.</param>
/// <param name="Attempts">How many were begun before.</param>
/// <param name="Unanswered">Attempts that never ended: their node died with them.</param>
/// <param name="QueuedAt">Epoch-milliseconds of acceptance.</param>
internal sealed record DueSend(
    Guid MessageId, Guid ConversationId, int Attempts, string Status, string ProviderMessageId, string? Body, string? CtaText,
    string? CtaUrl, long TypingMs, string? QuotedProviderMessageId, long QueuedAt, long Unanswered, ChatAddress To, DueFile? File);

/// <param name="State">See AttachmentState; pending until the bytes of <paramref name="SourceUrl"/> are archived.</param>
internal sealed record DueFile(
    Guid OrganizationId, Guid Id, MediaKind Kind, string State, string? SourceUrl, string? Hash, string? MimeType, string? FileName,
    long? SizeBytes);
