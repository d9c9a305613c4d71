using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>Reading what is to be forwarded.</summary>
internal static class ForwardStore
{
    /// <summary>What a message says, as something to send; a file by its bytes. Null when there is no such message.</summary>
    public static Task<ForwardableMessage?> FindAsync(DbSession db, Guid organizationId, Guid messageId, CancellationToken ct) =>
        db.FirstAsync($"""
            select m.line_id, m.type, m.body, m.cta_text, m.cta_url, f.kind, f.content_hash, f.mime_type, f.file_name, f.size_bytes,
                   f.width, f.height, f.thumbnail_hash, f.thumbnail_type
            from message m
            left join attachment f on f.organization_id = m.organization_id and f.message_id = m.id and f.state = 'stored'
            where m.organization_id = {organizationId} and m.id = {messageId} and m.deleted_at is null
            """, row => new ForwardableMessage(row.Uuid(0), row.GetString(1), Content(
                row.GetString(1), row.TextOrNull(2), row.TextOrNull(3), row.TextOrNull(4),
                row.TextOrNull(5) is not { } kind ? null : new OutgoingFile(
                    MediaKinds.Parse(kind), null, row.TextOrNull(6), row.TextOrNull(7), row.TextOrNull(8), row.NumberOrNull(9),
                    (int?)row.NumberOrNull(10), (int?)row.NumberOrNull(11), row.TextOrNull(12), row.TextOrNull(13)))), ct);

    /// <summary>The line of each conversation that exists.</summary>
    public static async Task<Dictionary<Guid, Guid>> LinesAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Guid> conversations, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", conversations).Uuid("id", id => id);
        var found = await db.QueryAsync($"""
            select c.id, c.line_id from {rows} join conversation c on c.organization_id = {organizationId} and c.id = r.id
            """, row => (row.Uuid(0), row.Uuid(1)), ct);
        return found.ToDictionary(pair => pair.Item1, pair => pair.Item2);
    }

    private static SendRequest? Content(string type, string? body, string? ctaText, string? ctaUrl, OutgoingFile? file) => type switch
    {
        "text" => new SendRequest(null, null, body, ctaText, ctaUrl, null, 0),
        _ when file is not null => new SendRequest(null, null, body, null, null, null, 0, file),
        _ => null,
    };
}

/// <param name="Content">Without a target; null when this kind of message cannot be forwarded, or its file is not here.</param>
internal sealed record ForwardableMessage(Guid LineId, string Type, SendRequest? Content);
