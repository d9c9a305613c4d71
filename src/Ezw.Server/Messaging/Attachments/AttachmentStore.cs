using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging.Sending;
using Ezw.Providers;

namespace Ezw.Messaging.Attachments;

/// <summary>The rows of files: what is still to fetch, and what became of it.</summary>
internal static class AttachmentStore
{
    /// <summary>Lines of this node with something to fetch.</summary>
    public static Task<List<Guid>> DueLinesAsync(DbSession db, Guid nodeId, long now, CancellationToken ct) => db.QueryAsync($"""
        select w.line_id from line_owner w
        where w.node_id = {nodeId} and exists (select 1 from attachment a where a.line_id = w.line_id and a.due_at <= {now})
        """, row => row.Uuid(0), ct);

    /// <summary>
    /// Takes the oldest files of a line that are due, and counts the attempt before it is made. Until the lease ends nobody takes them
    /// again; a stale epoch takes none.
    /// </summary>
    public static Task<List<PendingFile>> TakeAsync(
        DbSession db, LineKey line, long now, long leaseUntil, long limit, CancellationToken ct) =>
        db.QueryAsync($"""
            update attachment set due_at = {leaseUntil}, attempts = attempts + 1
            where organization_id = {line.OrganizationId} and line_id = {line.LineId} and reference is not null and id in (
                select a.id from attachment a
                where a.line_id = {line.LineId} and a.due_at <= {now} and a.reference is not null
                  and exists (select 1 from line_owner w where w.line_id = a.line_id and w.epoch = {line.Epoch})
                order by a.due_at limit {limit})
            returning id, message_id, kind, reference, declared_type, file_name, attempts
            """, row => new PendingFile(
                line.OrganizationId, row.Uuid(0), row.Uuid(1), MediaKinds.Parse(row.GetString(2)), row.GetString(3), row.TextOrNull(4),
                row.TextOrNull(5), row.GetInt64(6)), ct);

    public static Sql Stored(Guid organizationId, Guid id, ArchivedFile file) => $"""
        update attachment set state = 'stored', due_at = null, error_code = null, error_message = null, content_hash = {file.Hash},
            size_bytes = {file.SizeBytes}, mime_type = {file.MimeType}, file_name = coalesce({file.FileName}, file_name),
            width = coalesce({(long?)file.Width}, width), height = coalesce({(long?)file.Height}, height),
            thumbnail_hash = {file.ThumbnailHash}, thumbnail_type = {file.ThumbnailType}
        where organization_id = {organizationId} and id = {id} and state <> 'stored'
        """;

    /// <param name="dueAt">When it is tried again; null for never by itself.</param>
    public static Sql NotStored(Guid organizationId, Guid id, string code, string sentence, long? dueAt) => $"""
        update attachment set state = {(dueAt is null ? AttachmentState.Failed : AttachmentState.Pending)},
            due_at = cast({dueAt?.ToString(null as IFormatProvider)} as bigint), error_code = {code}, error_message = {sentence}
        where organization_id = {organizationId} and id = {id} and state <> 'stored'
        """;

    /// <summary>Says why a file that a send waits for is not here yet; the send itself tries again.</summary>
    public static Sql Waiting(Guid organizationId, Guid id, string code, string sentence) => $"""
        update attachment set error_code = {code}, error_message = {sentence}, attempts = attempts + 1
        where organization_id = {organizationId} and id = {id} and state = 'pending'
        """;

    /// <summary>Puts a file that failed back to be fetched.</summary>
    public static Sql TryAgain(Guid organizationId, Guid id, long now) => $"""
        update attachment set state = 'pending', attempts = 0, due_at = case when reference is null then null else {now} end
        where organization_id = {organizationId} and id = {id} and state = 'failed' and reference is not null
        """;

    /// <summary>Changes a file and logs it in one transaction. False when nothing changed.</summary>
    public static Task<bool> ChangeAsync(Database database, Guid organizationId, Guid id, Sql change, long now, CancellationToken ct) =>
        EventStore.WriteAsync(database, organizationId, async db =>
        {
            if (await db.ExecuteAsync(change, ct) == 0)
                return false;
            var changed = await db.QueryAsync($"""
                select a.line_id, m.conversation_id, a.state from attachment a
                join message m on m.organization_id = a.organization_id and m.id = a.message_id
                where a.organization_id = {organizationId} and a.id = {id}
                """, row => new NewEvent(
                    organizationId, MessageEvents.AttachmentChanged, row.Uuid(0), row.Uuid(1), id, row.GetString(2), now), ct);
            await EventStore.AppendAsync(db, changed, ct);
            return true;
        }, ct);

    /// <summary>A file of the organization, whoever may see its line.</summary>
    public static Task<AttachmentRow?> FindAsync(DbSession db, Guid organizationId, Guid id, CancellationToken ct) => db.FirstAsync($"""
        select id, line_id, message_id, kind, state, mime_type, file_name, size_bytes, content_hash, thumbnail_hash, thumbnail_type,
               error_code, error_message
        from attachment where organization_id = {organizationId} and id = {id}
        """, row => new AttachmentRow(
            row.Uuid(0), row.Uuid(1), row.Uuid(2), MediaKinds.Parse(row.GetString(3)), row.GetString(4), row.TextOrNull(5),
            row.TextOrNull(6), row.NumberOrNull(7), row.TextOrNull(8), row.TextOrNull(9), row.TextOrNull(10), row.TextOrNull(11),
            row.TextOrNull(12)), ct);

    /// <summary>The files that sends of this batch carry. Rows need organization_id, message_id and the columns of a file.</summary>
    public static Sql Attach(IReadOnlyList<Acceptance> items)
    {
        Rows rows = Rows.Of("r", items)
            .Uuid("organization_id", i => i.OrganizationId).Uuid("message_id", i => i.MessageId)
            .Uuid("attachment_id", i => i.NewAttachmentId)
            .Text("kind", i => i.Request.File?.Kind.Name()).Text("source_url", i => i.Request.File?.SourceUrl)
            .Text("content_hash", i => i.Request.File?.ContentHash).Text("mime_type", i => i.Request.File?.MimeType)
            .Text("file_name", i => i.Request.File?.FileName).Number("size_bytes", i => i.Request.File?.SizeBytes)
            .Number("width", i => i.Request.File?.Width).Number("height", i => i.Request.File?.Height)
            .Text("thumbnail_hash", i => i.Request.File?.ThumbnailHash).Text("thumbnail_type", i => i.Request.File?.ThumbnailType);
        return Sql.Of($"""
            insert into attachment (organization_id, id, message_id, line_id, kind, state, source_url, content_hash, mime_type, file_name,
                size_bytes, width, height, thumbnail_hash, thumbnail_type, created_at)
            select r.organization_id, r.attachment_id, m.id, m.line_id, r.kind,
                case when r.content_hash is null then 'pending' else 'stored' end, r.source_url, r.content_hash, r.mime_type, r.file_name,
                r.size_bytes, r.width, r.height, r.thumbnail_hash, r.thumbnail_type, m.created_at
            from {rows} join message m on m.organization_id = r.organization_id and m.id = r.message_id
            where r.kind is not null and {MessageStore.StoredNow}
            """);
    }
}

internal sealed record AttachmentRow(
    Guid Id, Guid LineId, Guid MessageId, MediaKind Kind, string State, string? MimeType, string? FileName, long? SizeBytes,
    string? ContentHash, string? ThumbnailHash, string? ThumbnailType, string? ErrorCode, string? ErrorMessage);
