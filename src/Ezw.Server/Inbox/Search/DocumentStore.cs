using Ezw.Foundation.Storage;
using Ezw.Lines;

namespace Ezw.Inbox.Search;

/// <summary>Makes the documents that a batch of events asks for, as things are now: what came later is found later again.</summary>
internal static class DocumentStore
{
    /// <summary>In order of arrival, which becomes their order in the index.</summary>
    public static async Task<List<MessageDocument>> MessagesAsync(DbSession db, IndexBatch batch, CancellationToken ct)
    {
        var messages = batch.Messages.ToHashSet();
        if (batch.Attachments.ToList() is { Count: > 0 } attachments)
        {
            messages.UnionWith(await db.QueryAsync($"""
                select message_id from attachment where organization_id = {batch.OrganizationId} and id {IdSet.Of(attachments)}
                """, row => row.Uuid(0), ct));
        }
        if (batch.Imports.ToList() is { Count: > 0 } imports)
        {
            Rows rows = Rows.Of("r", imports).Uuid("conversation_id", e => e.ConversationId).Number("position", e => e.Position);
            messages.UnionWith(await db.QueryAsync($"""
                select m.id from {rows} join message m on m.organization_id = {batch.OrganizationId}
                    and m.conversation_id = r.conversation_id and m.position = r.position and m.import_id is not null
                """, row => row.Uuid(0), ct));
        }
        if (messages.Count == 0)
            return [];
        var names = (await db.QueryAsync($"""
            select message_id, file_name from attachment
            where organization_id = {batch.OrganizationId} and message_id {IdSet.Of(messages)} and file_name is not null
            """, row => (Message: row.Uuid(0), Name: row.GetString(1)), ct)).ToLookup(a => a.Message, a => a.Name);
        return await db.QueryAsync($"""
            select id, conversation_id, line_id, body from message
            where organization_id = {batch.OrganizationId} and id {IdSet.Of(messages)} order by position, id
            """, row => new MessageDocument(
                batch.OrganizationId, row.Uuid(0), row.Uuid(1), row.Uuid(2), SearchTerms.Document(
                    batch.OrganizationId, SearchWords.ToIndex(string.Join('\n', [row.TextOrNull(3) ?? "", .. names[row.Uuid(0)]])))), ct);
    }

    /// <summary>Only contacts whose words are not in the index yet as they are now.</summary>
    public static async Task<List<ContactDocument>> ContactsAsync(DbSession db, IndexBatch batch, CancellationToken ct)
    {
        var contacts = batch.Contacts.ToHashSet();
        if (batch.Conversations.ToList() is { Count: > 0 } conversations)
        {
            contacts.UnionWith(await db.QueryAsync($"""
                select contact_id from conversation where organization_id = {batch.OrganizationId} and id {IdSet.Of(conversations)}
                """, row => row.Uuid(0), ct));
        }
        if (contacts.Count == 0)
            return [];
        var phones = (await db.QueryAsync($"""
            select contact_id, value from contact_alias
            where organization_id = {batch.OrganizationId} and contact_id {IdSet.Of(contacts)} and kind = 'phone' order by value
            """, row => (Contact: row.Uuid(0), Number: row.GetString(1)), ct)).ToLookup(p => p.Contact, p => p.Number);
        var now = await db.QueryAsync($"""
            select c.id, c.display_name, c.push_name, c.email, c.company, s.source from contact c
            left join contact_search s on s.organization_id = c.organization_id and s.contact_id = c.id
            where c.organization_id = {batch.OrganizationId} and c.id {IdSet.Of(contacts)} and c.merged_into_id is null order by c.id
            """, row => (Id: row.Uuid(0), Was: row.TextOrNull(5),
                Names: string.Join('\n', row.TextOrNull(1), row.TextOrNull(2), row.TextOrNull(3), row.TextOrNull(4))), ct);
        return [.. from contact in now
                   let source = string.Join('\n', [contact.Names, .. phones[contact.Id]])
                   where source != contact.Was
                   select new ContactDocument(batch.OrganizationId, contact.Id, source, SearchTerms.Document(
                       batch.OrganizationId, SearchWords.ToIndex(contact.Names).Concat(phones[contact.Id].SelectMany(Numbers)).Distinct()))];
    }

    /// <summary>Messages go with their conversation when contacts are merged, and back when they are parted.</summary>
    public static IEnumerable<Sql> Moves(IndexBatch batch)
    {
        if (batch.Moved.ToList() is not { Count: > 0 } moved)
            yield break;
        yield return Sql.Of($"""
            update message_search set conversation_id = m.conversation_id from message m
            where message_search.organization_id = {batch.OrganizationId} and message_search.conversation_id {IdSet.Of(moved)}
              and m.organization_id = message_search.organization_id and m.id = message_search.message_id
              and m.conversation_id <> message_search.conversation_id
            """);
        yield return Sql.Of($"""
            update message_search set conversation_id = m.conversation_id from message m
            where m.organization_id = {batch.OrganizationId} and m.conversation_id {IdSet.Of(moved)}
              and message_search.organization_id = m.organization_id and message_search.message_id = m.id
              and message_search.conversation_id <> m.conversation_id
            """);
    }

    /// <summary>Any run of digits of the number, as it is written abroad and at home.</summary>
    private static IEnumerable<string> Numbers(string phoneNumber) =>
        SearchWords.EndingsOf(phoneNumber.TrimStart('+')).Append(PhoneNumber.AtHome(phoneNumber)).OfType<string>();
}
