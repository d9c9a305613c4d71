using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Inbox.Reading;

namespace Ezw.Inbox.Contacts;

/// <summary>Contacts as they are shown, and the change of what the team may change.</summary>
internal static class ContactStore
{
    /// <summary>More lines than these cost more than passing over contacts of lines out of sight.</summary>
    private const int MaxWalks = 16;

    /// <summary>The newest contacts first; of a caller with few lines each line's contacts are walked along and merged.</summary>
    public static Task<List<Guid>> ListAsync(
        DbSession db, Guid organizationId, VisibleLines lines, Guid? before, int limit, CancellationToken ct) =>
        db.QueryAsync(lines is { All: false, Ids.Count: <= MaxWalks }
            ? OfLines(organizationId, lines, before, limit)
            : OfOrganization(organizationId, lines, before, limit), row => row.Uuid(0), ct);

    /// <summary>Those of them that the caller sees and that are not merged, in no order.</summary>
    public static Task<List<Guid>> VisibleAsync(
        DbSession db, Guid organizationId, VisibleLines lines, IEnumerable<Guid> contacts, CancellationToken ct) => db.QueryAsync($"""
            select distinct c.contact_id from conversation c
            join contact k on k.organization_id = c.organization_id and k.id = c.contact_id and k.merged_into_id is null
            where c.organization_id = {organizationId} and c.contact_id {IdSet.Of(contacts)} and c.merged_into_id is null
              {lines.On("c.line_id")}
            """, row => row.Uuid(0), ct);

    public static async Task<Dictionary<Guid, ContactView>> ViewsAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Guid> contacts, CancellationToken ct)
    {
        var aliases = (await db.QueryAsync($"""
            select a.contact_id, a.kind, case a.kind when 'phone' then a.value end from contact_alias a
            where a.organization_id = {organizationId} and a.contact_id {IdSet.Of(contacts)} order by a.kind, a.value
            """, row => (Contact: row.Uuid(0), Kind: row.GetString(1), Phone: row.TextOrNull(2)), ct)).ToLookup(a => a.Contact);
        var views = await db.QueryAsync($"""
            select k.id, k.display_name, k.push_name, k.email, k.company, k.version, k.created_at from contact k
            where k.organization_id = {organizationId} and k.id {IdSet.Of(contacts)}
            """, row =>
            {
                var names = aliases[row.Uuid(0)].ToList();
                var phones = names.Select(a => a.Phone).OfType<string>().ToList();
                var card = ContactCardStore.Card(row.Uuid(0), row.TextOrNull(1), row.TextOrNull(2), phones.FirstOrDefault());
                return new ContactView(
                    card.Id, card.Name, row.TextOrNull(1), row.TextOrNull(2), phones, card.IsPhoneKnown,
                    [.. names.Select(a => a.Kind).Distinct()], row.TextOrNull(3), row.TextOrNull(4), row.GetInt64(5), row.Time(6));
            }, ct);
        return views.ToDictionary(view => view.Id);
    }

    public static Task<List<ContactMergeView>> MergesAsync(DbSession db, Guid organizationId, Guid contactId, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select x.id, x.merged_id, coalesce(m.display_name, m.push_name), x.reason, x.user_id, x.at from contact_merge x
            join contact m on m.organization_id = x.organization_id and m.id = x.merged_id
            where x.organization_id = {organizationId} and x.kept_id = {contactId} and x.undone_at is null
            order by x.at desc, x.id limit {(long)limit}
            """, row => new ContactMergeView(
                row.Uuid(0), row.Uuid(1), row.TextOrNull(2), row.GetString(3), row.UuidOrNull(4), row.Time(5)), ct);

    /// <summary>Zero rows: the version is stale.</summary>
    public static Task<int> ChangeAsync(DbSession db, Guid organizationId, Guid contactId, ContactChange change, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update contact set version = version + 1,
                display_name = nullif(coalesce({change.DisplayName?.Trim()}, display_name), ''),
                email = nullif(coalesce({change.Email?.Trim()}, email), ''),
                company = nullif(coalesce({change.Company?.Trim()}, company), '')
            where organization_id = {organizationId} and id = {contactId} and version = coalesce({change.Version}, version)
            """, ct);

    /// <summary>On which lines the contact has conversations, in sight of the caller or not.</summary>
    public static Task<List<(Guid Line, Guid Conversation)>> ConversationsAsync(
        DbSession db, Guid organizationId, Guid contactId, CancellationToken ct) => db.QueryAsync($"""
            select line_id, id from conversation
            where organization_id = {organizationId} and contact_id = {contactId} and merged_into_id is null order by id
            """, row => (row.Uuid(0), row.Uuid(1)), ct);

    private static Sql OfLines(Guid organizationId, VisibleLines lines, Guid? before, int limit)
    {
        Sql walks = Walk(organizationId, lines.Ids[0], before, limit);
        foreach (var line in lines.Ids.Skip(1))
            walks = $"{walks} union all {Walk(organizationId, line, before, limit)}";
        return $"select distinct contact_id from ({walks}) walks order by contact_id desc limit {(long)limit}";
    }

    private static Sql Walk(Guid organizationId, Guid lineId, Guid? before, int limit) => $"""
        select * from (
            select c.contact_id from conversation c
            where c.organization_id = {organizationId} and c.line_id = {lineId} and c.merged_into_id is null {Before("c.contact_id", before)}
            order by c.contact_id desc limit {(long)limit}) walk
        """;

    private static Sql OfOrganization(Guid organizationId, VisibleLines lines, Guid? before, int limit) => $"""
        select k.id from contact k
        where k.organization_id = {organizationId} and k.merged_into_id is null {Before("k.id", before)} and exists (
            select 1 from conversation c
            where c.organization_id = k.organization_id and c.contact_id = k.id and c.merged_into_id is null {lines.On("c.line_id")})
        order by k.id desc limit {(long)limit}
        """;

    private static Sql Before(string column, Guid? before) =>
        before is { } id ? Sql.Of($"and {new SqlText(column)} < {id}") : Sql.Of($"");
}
