using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Messaging;

namespace Ezw.Inbox.Reading;

/// <summary>The last messages of a page of conversations.</summary>
internal static class LastMessageStore
{
    public static async Task<Dictionary<Guid, LastMessageView>> FindAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> messageIds, CancellationToken ct)
    {
        var messages = await db.QueryAsync($"""
            select m.id, m.type, m.body, m.content, m.direction, m.at, m.status, (
                select min(a.file_name) from attachment a where a.organization_id = m.organization_id and a.message_id = m.id)
            from message m where m.organization_id = {organizationId} and m.id {IdSet.Of(messageIds)}
            """, row => new LastMessageView(
                row.Uuid(0), row.GetString(1), Preview.Of(row.TextOrNull(2), MessageContent.Read(row.TextOrNull(3)), row.TextOrNull(7)),
                row.GetString(4) == "out", row.Time(5), row.GetString(6)), ct);
        return messages.ToDictionary(message => message.Id);
    }
}
