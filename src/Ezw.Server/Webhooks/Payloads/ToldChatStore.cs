using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Payloads;

/// <summary>The chats of a page of the log, and who is in them.</summary>
internal static class ToldChatStore
{
    /// <summary>By the id that was asked for; a merged conversation is the one that it became.</summary>
    public static async Task<Dictionary<Guid, ToldConversation>> ConversationsAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> conversationIds, CancellationToken ct)
    {
        var found = await db.QueryAsync($"""
            select a.id, c.id, c.contact_id, c.type, c.unread_count, l.phone_number from conversation a
            join conversation c on c.organization_id = a.organization_id and c.id = coalesce(a.merged_into_id, a.id)
            join line l on l.organization_id = c.organization_id and l.id = c.line_id
            where a.organization_id = {organizationId} and a.id {IdSet.Of(conversationIds)}
            """, row => (AskedFor: row.Uuid(0), Conversation: new ToldConversation(
                row.Uuid(1), row.Uuid(2), row.GetString(3) == "group", row.GetInt64(4), row.TextOrNull(5))), ct);
        return found.ToDictionary(one => one.AskedFor, one => one.Conversation);
    }

    /// <summary>By the id that was asked for; a merged contact is the one that it became.</summary>
    public static async Task<Dictionary<Guid, ToldPerson>> PeopleAsync(
        DbSession db, Guid organizationId, IEnumerable<Guid> contactIds, CancellationToken ct)
    {
        var found = await db.QueryAsync($"""
            select n.id, k.display_name, k.push_name, {First("phone")}, {First("lid")}, {First("group")} from contact n
            join contact k on k.organization_id = n.organization_id and k.id = coalesce(n.merged_into_id, n.id)
            where n.organization_id = {organizationId} and n.id {IdSet.Of(contactIds)}
            """, row => (AskedFor: row.Uuid(0), Person: new ToldPerson(
                Given(row.TextOrNull(1)) ?? Given(row.TextOrNull(2)), row.TextOrNull(3), row.TextOrNull(4), row.TextOrNull(5))), ct);
        return found.ToDictionary(one => one.AskedFor, one => one.Person);
    }

    /// <summary>The smallest, which is the one that is written to: whoever has several keeps one face.</summary>
    private static Sql First(string kind) => $"""
        (select min(a.value) from contact_alias a
         where a.organization_id = k.organization_id and a.contact_id = k.id and a.kind = {kind})
        """;

    // WhatsApp tells of people without a name as of people with an empty one.
    private static string? Given(string? name) => string.IsNullOrWhiteSpace(name) ? null : name;
}

internal sealed record ToldConversation(Guid Id, Guid ContactId, bool IsGroup, long Unread, string? LinePhoneNumber)
{
    public ChatFacts With(ToldPerson? other) => new(
        Id, IsGroup ? other?.GroupId : other?.ProviderId, IsGroup, IsGroup ? null : other?.PhoneNumber, other?.Name, Unread,
        LinePhoneNumber);
}

/// <param name="Lid">"…@lid"; it is never a phone number, however many digits it has.</param>
/// <param name="GroupId">"…@g.us", when it is a group and no person.</param>
internal sealed record ToldPerson(string? Name, string? PhoneNumber, string? Lid, string? GroupId)
{
    private const string OfNumbers = "@s.whatsapp.net";

    public string? ProviderId => PhoneNumber is null ? Lid : PhoneNumber.TrimStart('+') + OfNumbers;
}
