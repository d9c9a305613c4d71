using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging.Conversations;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>A chat that a link speaks of, with the ids that its contact and conversation get if they are new.</summary>
/// <param name="Name">What the chat calls itself: a person's chosen name, a group's subject. Null when not told.</param>
internal sealed record SeenChat(LineKey Line, ChatAddress Address, string? Name, Guid NewContactId, Guid NewConversationId);

/// <summary>
/// The statements that find or make the contacts and conversations behind a batch of chats. Rows need the columns of
/// <see cref="Columns{T}"/>. Each may run twice for the same items without a second effect.
/// </summary>
internal sealed class ChatStore(Rows rows, IReadOnlyList<SeenChat> chats, long now)
{
    /// <summary>
    /// The contact behind a row: the group, else the holder of its LID, else the holder of its phone number, unless that one is known
    /// under another LID: then the number has changed hands.
    /// </summary>
    public static readonly SqlText Contact = new("""
        coalesce(
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'group' and a.value = r.group_id),
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'lid' and a.value = r.lid),
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.phone
               and (r.lid is null or not exists (
                 select 1 from contact_alias b
                 where b.organization_id = a.organization_id and b.contact_id = a.contact_id and b.kind = 'lid' and b.value <> r.lid))))
        """);

    /// <summary>The conversation behind a row. A conversation moves with its contact, so a merged one is never met here.</summary>
    public static readonly SqlText InConversation = new(
        "c.organization_id = r.organization_id and c.line_id = r.line_id and c.contact_id =");

    public static readonly SqlText Owned = new("join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch");

    /// <summary>Everything a chat needs before something can be stored in it.</summary>
    /// <param name="startClosed">A conversation that is made for it has nothing in it that anybody must look at.</param>
    public IEnumerable<Sql> Prepare(bool startClosed = false)
    {
        yield return MakeContacts();
        if (chats.Any(chat => chat.Address.GroupId is not null))
            yield return MakeAliases("group", "r.group_id");
        if (chats.Any(chat => chat.Address.Lid is not null))
            yield return MakeAliases("lid", "r.lid");
        if (chats.Any(chat => chat.Address is { Lid: not null, PhoneNumber: not null }))
            yield return MovePhones();
        if (chats.Any(chat => chat.Address.PhoneNumber is not null))
            yield return MakeAliases("phone", "r.phone");
        if (chats.Any(chat => chat.Name is not null))
            yield return NameContacts();
        yield return MakeConversations(startClosed ? StageStore.FirstClosed("r") : StageStore.FirstOpen("r"));
    }

    public static Rows<T> Columns<T>(IReadOnlyList<T> items, Func<T, SeenChat> chat) => Rows.Of("r", items)
        .Uuid("organization_id", i => chat(i).Line.OrganizationId).Uuid("line_id", i => chat(i).Line.LineId)
        .Number("epoch", i => chat(i).Line.Epoch).Uuid("contact_id", i => chat(i).NewContactId)
        .Uuid("conversation_id", i => chat(i).NewConversationId).Text("phone", i => chat(i).Address.PhoneNumber)
        .Text("lid", i => chat(i).Address.Lid).Text("group_id", i => chat(i).Address.GroupId).Text("chat_name", i => chat(i).Name);

    // Somebody new may write to several lines in one batch, and is one contact all the same.
    private Sql MakeContacts() => $"""
        insert into contact (organization_id, id, push_name, created_at)
        select n.organization_id, n.contact_id, n.chat_name, {now} from (
            select r.organization_id, r.contact_id, r.chat_name,
                   row_number() over (partition by r.organization_id, coalesce(r.group_id, r.lid, r.phone) order by r.ordinal) as place
            from {rows} {Owned} where {Contact} is null) n
        where n.place = 1
        """;

    private Sql MakeAliases(string kind, string column)
    {
        var value = new SqlText(column);
        return $"""
            insert into contact_alias (organization_id, kind, value, contact_id)
            select r.organization_id, {kind}, {value}, coalesce({Contact}, c.id)
            from {rows} {Owned}
            left join contact c on c.organization_id = r.organization_id and c.id = r.contact_id
            where {value} is not null and coalesce({Contact}, c.id) is not null
            on conflict (organization_id, kind, value) do nothing
            """;
    }

    /// <summary>Gives a number that changed hands to its new holder; the former one keeps the LID.</summary>
    private Sql MovePhones() => $"""
        update contact_alias set contact_id = n.contact_id
        from {rows} {Owned}
        join contact_alias n on n.organization_id = r.organization_id and n.kind = 'lid' and n.value = r.lid
        where contact_alias.organization_id = r.organization_id and contact_alias.kind = 'phone' and contact_alias.value = r.phone
          and contact_alias.contact_id <> n.contact_id
          and exists (
            select 1 from contact_alias b
            where b.organization_id = contact_alias.organization_id and b.contact_id = contact_alias.contact_id and b.kind = 'lid')
        """;

    private Sql NameContacts() => $"""
        update contact set push_name = r.chat_name
        from {rows} {Owned}
        where contact.organization_id = r.organization_id and contact.id = {Contact}
          and r.chat_name is not null and contact.push_name is distinct from r.chat_name
        """;

    private Sql MakeConversations(SqlText stage) => $"""
        insert into conversation (organization_id, id, line_id, contact_id, type, stage_id, stage_since, last_message_at, created_at)
        select r.organization_id, r.conversation_id, r.line_id, {Contact}, case when r.group_id is null then 'individual' else 'group' end,
            {stage}, {now}, {now}, {now}
        from {rows} {Owned} where true
        on conflict (organization_id, line_id, contact_id) do nothing
        """;
}
