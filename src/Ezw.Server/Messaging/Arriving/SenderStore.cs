using Ezw.Foundation.Storage;

namespace Ezw.Messaging.Arriving;

/// <summary>
/// Whoever acts in a group, found like the other side of a chat or made. Rows need organization_id, line_id, epoch, sender_id,
/// sender_lid, sender_phone and sender_name. Each statement may run twice for the same items without a second effect.
/// </summary>
internal sealed class SenderStore(Rows rows, long now)
{
    /// <summary>The contact of a row's sender, or null.</summary>
    public static readonly SqlText Contact = new("""
        coalesce(
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'lid' and a.value = r.sender_lid),
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.sender_phone))
        """);

    public IEnumerable<Sql> Prepare()
    {
        yield return MakeContacts();
        yield return MakeAliases("lid");
        yield return MakeAliases("phone");
    }

    private Sql MakeContacts() => $"""
        insert into contact (organization_id, id, push_name, created_at)
        select n.organization_id, n.sender_id, n.sender_name, {now} from (
            select r.organization_id, r.sender_id, r.sender_name,
                   row_number() over (partition by r.organization_id, coalesce(r.sender_lid, r.sender_phone) order by r.ordinal) as place
            from {rows} {ChatStore.Owned}
            where coalesce(r.sender_lid, r.sender_phone) is not null and {Contact} is null) n
        where n.place = 1
        """;

    private Sql MakeAliases(string kind) => $"""
        insert into contact_alias (organization_id, kind, value, contact_id)
        select r.organization_id, {kind}, case {kind} when 'lid' then r.sender_lid else r.sender_phone end, coalesce({Contact}, c.id)
        from {rows} {ChatStore.Owned}
        left join contact c on c.organization_id = r.organization_id and c.id = r.sender_id
        where case {kind} when 'lid' then r.sender_lid else r.sender_phone end is not null and coalesce({Contact}, c.id) is not null
        on conflict (organization_id, kind, value) do nothing
        """;
}
