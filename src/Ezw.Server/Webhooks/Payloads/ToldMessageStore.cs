using System.Data.Common;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Messaging;

namespace Ezw.Webhooks.Payloads;

/// <summary>The messages of a page of the log, and their files.</summary>
internal static class ToldMessageStore
{
    /// <summary>By our id. History that was imported is not among them: nobody is told of it.</summary>
    public static async Task<Dictionary<Guid, ToldMessage>> FindAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> messageIds, CancellationToken ct) => (await db.QueryAsync($"""
            select m.id, m.line_id, m.conversation_id, m.provider_message_id, m.direction, m.origin, m.sender_id, m.type, m.body, m.content,
                   m.cta_text, m.cta_url, coalesce(m.quoted_provider_id, (
                       select q.provider_message_id from message q
                       where q.organization_id = m.organization_id and q.id = m.quoted_message_id)),
                   m.status, m.error_code, m.error_message, m.at
            from message m where m.organization_id = {organizationId} and m.id {IdSet.Of(messageIds)} and m.import_id is null
            """, Read, ct)).ToDictionary(message => message.Id);

    /// <summary>By the message.</summary>
    public static async Task<Dictionary<Guid, FileFacts>> FilesAsync(
        DbSession db, Guid organizationId, IReadOnlyList<ToldMessage?> messages, CancellationToken ct)
    {
        var withFiles = messages.OfType<ToldMessage>().Where(message => message.Type != "text").Select(message => message.Id).ToList();
        if (withFiles.Count == 0)
            return [];
        var files = await db.QueryAsync($"""
            select a.message_id, a.id, a.kind, coalesce(a.mime_type, a.declared_type), a.file_name, a.size_bytes, a.width, a.height,
                   a.duration_ms, a.content_hash
            from attachment a where a.organization_id = {organizationId} and a.message_id {IdSet.Of(withFiles)}
            order by a.message_id, a.id
            """, row => (Message: row.Uuid(0), File: new FileFacts(
                row.Uuid(1), row.GetString(2), row.TextOrNull(3), row.TextOrNull(4), row.NumberOrNull(5), row.NumberOrNull(6),
                row.NumberOrNull(7), row.NumberOrNull(8), row.TextOrNull(9))), ct);
        return files.DistinctBy(file => file.Message).ToDictionary(file => file.Message, file => file.File);
    }

    private static ToldMessage Read(DbDataReader row) => new(
        row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetString(3), row.GetString(4) == "out", row.GetString(5), row.UuidOrNull(6),
        row.GetString(7), row.TextOrNull(8), MessageContent.Read(row.TextOrNull(9)),
        row.TextOrNull(10) is { } button ? new SentButton(button, row.GetString(11)) : null, row.TextOrNull(12), row.GetString(13),
        row.TextOrNull(14), row.TextOrNull(15), row.GetInt64(16));
}

/// <summary>A message before its file and its sender are looked up. The members mean what they mean in <see cref="MessageFacts"/>.</summary>
internal sealed record ToldMessage(
    Guid Id, Guid LineId, Guid ConversationId, string ProviderId, bool FromMe, string Origin, Guid? SenderId, string Type, string? Body,
    MessageContentView? Content, SentButton? Button, string? QuotedProviderId, string Status, string? ErrorCode, string? ErrorMessage,
    long At);
