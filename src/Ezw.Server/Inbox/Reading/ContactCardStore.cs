using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Reading;

/// <summary>Who people are, for a page of whatever names them.</summary>
internal static class ContactCardStore
{
    /// <summary>The smallest number, so that a contact with several does not change its face from page to page; for <c>contact k</c>.</summary>
    public static readonly SqlText Phone = new("""
        (select min(a.value) from contact_alias a
         where a.organization_id = k.organization_id and a.contact_id = k.id and a.kind = 'phone')
        """);

    /// <summary>By the id that was asked for; the card of a merged contact is that of the one it became.</summary>
    public static async Task<Dictionary<Guid, ContactCard>> FindAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> contactIds, CancellationToken ct)
    {
        var cards = await db.QueryAsync($"""
            select n.id, k.id, k.display_name, k.push_name, {Phone} from contact n
            join contact k on k.organization_id = n.organization_id and k.id = coalesce(n.merged_into_id, n.id)
            where n.organization_id = {organizationId} and n.id {IdSet.Of(contactIds)}
            """, row => (AskedFor: row.Uuid(0), Card: Card(row.Uuid(1), row.TextOrNull(2), row.TextOrNull(3), row.TextOrNull(4))), ct);
        return cards.ToDictionary(c => c.AskedFor, c => c.Card);
    }

    public static ContactCard Card(Guid id, string? displayName, string? pushName, string? phone) =>
        new(id, Given(displayName) ?? Given(pushName) ?? phone, phone, phone is not null);

    // WhatsApp tells of people without a name as of people with an empty one.
    private static string? Given(string? name) => string.IsNullOrWhiteSpace(name) ? null : name;
}
