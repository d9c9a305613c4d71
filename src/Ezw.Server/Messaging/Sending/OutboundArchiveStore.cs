using System.Data.Common;
using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>SQL behind <see cref="OutboundArchive"/>.</summary>
internal static class OutboundArchiveStore
{
    /// <summary>
    /// As it was sent: a recipient who could not read the message gets that before its edits. Deleted ones and those that say nothing in
    /// words or files are not repeated. Ids are unique per chat and sender only, so the chat's contact is named, too.
    /// </summary>
    public static Task<ArchivedMessage?> FindAsync(
        DbSession db, Guid organizationId, Guid lineId, ChatAddress chat, string providerMessageId, CancellationToken ct) =>
        db.FirstAsync($"""
        select m.direction, coalesce(m.original_body, m.body), m.cta_text, m.cta_url, f.kind, f.mime_type, f.file_name, f.size_bytes
        from message m
        join conversation c on c.organization_id = m.organization_id and c.id = m.conversation_id
        left join attachment f on f.organization_id = m.organization_id and f.message_id = m.id
        where m.organization_id = {organizationId} and m.line_id = {lineId} and m.provider_message_id = {providerMessageId}
          and m.deleted_at is null and m.import_id is null and (m.body is not null or f.id is not null)
          and exists (
            select 1 from contact_alias a
            where a.organization_id = c.organization_id and a.contact_id = c.contact_id
              and ((a.kind = 'phone' and a.value = {chat.PhoneNumber ?? ""}) or (a.kind = 'lid' and a.value = {chat.Lid ?? ""})
                or (a.kind = 'group' and a.value = {chat.GroupId ?? ""})))
        order by case m.direction when 'out' then 0 else 1 end limit 1
        """, Read, ct);

    private static ArchivedMessage Read(DbDataReader row) => new(
        row.GetString(0) == "out", row.TextOrNull(1),
        row.TextOrNull(2) is { } text && row.TextOrNull(3) is { } url ? new ArchivedButton(text, url) : null,
        row.TextOrNull(4) is { } kind
            ? new ArchivedMedia(MediaKinds.Parse(kind), row.TextOrNull(5), row.TextOrNull(6), row.NumberOrNull(7))
            : null);
}
