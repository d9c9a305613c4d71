using System.Data.Common;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Messaging;

namespace Ezw.Inbox.Reading;

/// <summary>The messages of a conversation in the order of WhatsApp's time, and then of arrival.</summary>
internal static class ThreadStore
{
    private static readonly SqlText Columns = new("""
        m.id, m.conversation_id, m.line_id, m.direction, m.origin, m.author_id, m.sender_id, m.type, m.body, m.content, m.cta_text, m.cta_url,
        m.quoted_message_id, m.quoted_provider_id, m.provider_message_id, m.edited_at, m.original_body, m.deleted_at, m.status,
        m.error_code, m.error_message, m.import_id, m.at, m.created_at, m.position
        """);

    /// <summary>Newest first, from the newest or from behind a place.</summary>
    public static Task<List<MessageRow>> OlderAsync(
        DbSession db, Guid organizationId, Guid conversationId, Place? before, int limit, CancellationToken ct) =>
        db.QueryAsync(Older(organizationId, conversationId, before, limit), Read, ct);

    internal static Sql Older(Guid organizationId, Guid conversationId, Place? before, int limit)
    {
        var place = before is null
            ? Sql.Of($"")
            : Sql.Of($"and (m.at, m.position, m.id) < ({before.Key}, {before.Position}, {before.Id})");
        return $"""
            select {Columns} from message m
            where m.organization_id = {organizationId} and m.conversation_id = {conversationId} {place}
            order by m.at desc, m.position desc, m.id desc limit {(long)limit}
            """;
    }

    /// <summary>What follows a place, the next first.</summary>
    public static Task<List<MessageRow>> NewerAsync(
        DbSession db, Guid organizationId, Guid conversationId, Place after, int limit, CancellationToken ct) => db.QueryAsync($"""
            select {Columns} from message m
            where m.organization_id = {organizationId} and m.conversation_id = {conversationId}
              and (m.at, m.position, m.id) > ({after.Key}, {after.Position}, {after.Id})
            order by m.at, m.position, m.id limit {(long)limit}
            """, Read, ct);

    public static Task<MessageRow?> FindAsync(
        DbSession db, Guid organizationId, VisibleLines lines, Guid messageId, CancellationToken ct) => db.FirstAsync($"""
            select {Columns} from message m
            where m.organization_id = {organizationId} and m.id = {messageId} {lines.On("m.line_id")}
            """, Read, ct);

    private static MessageRow Read(DbDataReader row) => new(
        row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetString(3), row.GetString(4), row.UuidOrNull(5), row.UuidOrNull(6), row.GetString(7),
        row.TextOrNull(8), MessageContent.Read(row.TextOrNull(9)),
        row.TextOrNull(10) is { } button ? new SentButton(button, row.GetString(11)) : null,
        row.UuidOrNull(12), row.TextOrNull(13), row.GetString(14), row.TimeOrNull(15), row.TextOrNull(16), row.TimeOrNull(17),
        row.GetString(18), row.TextOrNull(19) is { } code ? new MessageError(code, row.TextOrNull(20) ?? "") : null, !row.IsDBNull(21),
        row.GetInt64(22), row.Time(23), row.GetInt64(24));
}

/// <summary>A message before what hangs on it is looked up.</summary>
internal sealed record MessageRow(
    Guid Id, Guid ConversationId, Guid LineId, string Direction, string Origin, Guid? AuthorId, Guid? SenderId, string Type, string? Body,
    MessageContentView? Content, SentButton? Button, Guid? QuotedMessageId, string? QuotedProviderId, string ProviderMessageId,
    DateTimeOffset? EditedAt, string? OriginalBody, DateTimeOffset? DeletedAt, string Status, MessageError? Error, bool IsHistory, long At,
    DateTimeOffset ReceivedAt, long Position)
{
    public Place Place => new(At, Position, Id);
}
