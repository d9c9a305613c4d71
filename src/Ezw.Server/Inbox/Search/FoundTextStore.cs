using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Search;

/// <summary>What was found, to be shown.</summary>
internal static class FoundTextStore
{
    public static async Task<Dictionary<Guid, FoundText>> FindAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> messageIds, CancellationToken ct)
    {
        var ids = messageIds.ToList();
        var names = (await db.QueryAsync($"""
            select message_id, file_name from attachment
            where organization_id = {organizationId} and message_id {IdSet.Of(ids)} and file_name is not null
            """, row => (Message: row.Uuid(0), Name: row.GetString(1)), ct)).ToLookup(a => a.Message, a => a.Name);
        var found = await db.QueryAsync($"""
            select m.id, m.conversation_id, m.line_id, m.type, m.direction, m.at, m.body, c.contact_id from message m
            join conversation c on c.organization_id = m.organization_id and c.id = m.conversation_id
            where m.organization_id = {organizationId} and m.id {IdSet.Of(ids)}
            """, row => new FoundText(
                new FoundMessage(row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetString(3), row.GetString(4) == "out", row.Time(5)),
                [row.TextOrNull(6) ?? "", .. names[row.Uuid(0)]], row.Uuid(7)), ct);
        return found.ToDictionary(text => text.Message.Id);
    }
}

/// <param name="Texts">The body or caption, and the names of files.</param>
internal sealed record FoundText(FoundMessage Message, IReadOnlyList<string> Texts, Guid ContactId);
