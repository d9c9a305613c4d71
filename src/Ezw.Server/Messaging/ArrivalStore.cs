using Ezw.Foundation.Storage;

namespace Ezw.Messaging;

/// <summary>The statements that store a batch of arrivals. Each may run twice for the same items without a second effect.</summary>
internal sealed class ArrivalStore(IReadOnlyList<Arrival> items, long now)
{
    private readonly Rows rows = Of(items);

    /// <summary>
    /// The contact behind a row: the holder of its LID, else the holder of its phone number, unless that one is known under another LID:
    /// then the number has changed hands.
    /// </summary>
    private static readonly SqlText Contact = new("""
        coalesce(
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'lid' and a.value = r.lid),
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.phone
               and (r.lid is null or not exists (
                 select 1 from contact_alias b
                 where b.organization_id = a.organization_id and b.contact_id = a.contact_id and b.kind = 'lid' and b.value <> r.lid))))
        """);

    private static readonly SqlText Owned = new("join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch");

    public Sql MakeContacts() => $"""
        insert into contact (organization_id, id, display_name, created_at)
        select r.organization_id, r.contact_id, r.sender_name, {now}
        from {rows} {Owned} where {Contact} is null
        """;

    public Sql MakeAliases(string kind) => $"""
        insert into contact_alias (organization_id, kind, value, contact_id)
        select r.organization_id, {kind}, case {kind} when 'lid' then r.lid else r.phone end, coalesce({Contact}, r.contact_id)
        from {rows} {Owned}
        where case {kind} when 'lid' then r.lid else r.phone end is not null
        on conflict (organization_id, kind, value) do nothing
        """;

    /// <summary>Gives a number that changed hands to its new holder; the former one keeps the LID.</summary>
    public Sql MovePhones() => $"""
        update contact_alias set contact_id = n.contact_id
        from {rows} {Owned}
        join contact_alias n on n.organization_id = r.organization_id and n.kind = 'lid' and n.value = r.lid
        where contact_alias.organization_id = r.organization_id and contact_alias.kind = 'phone' and contact_alias.value = r.phone
          and contact_alias.contact_id <> n.contact_id
          and exists (
            select 1 from contact_alias b
            where b.organization_id = contact_alias.organization_id and b.contact_id = contact_alias.contact_id and b.kind = 'lid')
        """;

    public Sql MakeConversations() => $"""
        insert into conversation (organization_id, id, line_id, contact_id, type, created_at)
        select r.organization_id, r.conversation_id, r.line_id, {Contact}, 'individual', {now}
        from {rows} {Owned} where true
        on conflict (organization_id, line_id, contact_id) do nothing
        """;

    public Sql StoreMessages() => $"""
        insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, type, body,
            quoted_message_id, typing_ms, status, at, created_at)
        select r.organization_id, r.message_id, r.line_id, c.id,
            p.position + row_number() over (partition by r.organization_id order by r.ordinal),
            r.provider_message_id, r.direction, r.origin, r.type, r.body,
            (select q.id from message q where q.organization_id = r.organization_id and q.line_id = r.line_id
                and q.provider_message_id = r.quoted and q.conversation_id = c.id limit 1),
            0, r.status, r.at, r.received_at
        from {rows} {Owned}
        join conversation c on c.organization_id = r.organization_id and c.line_id = r.line_id and c.contact_id = {Contact}
        join event_position p on p.organization_id = r.organization_id
        where not exists (
            select 1 from message s where s.organization_id = r.organization_id and s.line_id = r.line_id
                and s.provider_message_id = r.provider_message_id and s.direction = r.direction and s.conversation_id = c.id)
        """;

    public Sql LogEvents() => $"""
        insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
        select m.organization_id, m.position, case m.direction when 'in' then {MessageEvents.Received} else {MessageEvents.Echoed} end,
               m.line_id, m.conversation_id, m.id, null, m.created_at
        from {rows} join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where m.position > (select p.position from event_position p where p.organization_id = r.organization_id)
        """;

    public Sql Outcomes() => $"""
        select case when w.epoch is null then 0 else 1 end
        from {rows} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """;

    private static Rows<Arrival> Of(IReadOnlyList<Arrival> items) => Rows.Of("r", items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch)
        .Uuid("message_id", i => i.MessageId).Uuid("contact_id", i => i.NewContactId).Uuid("conversation_id", i => i.NewConversationId)
        .Text("phone", i => i.Seen.Chat.PhoneNumber).Text("lid", i => i.Seen.Chat.Lid)
        .Text("sender_name", i => i.Seen.FromMe ? null : i.Seen.SenderName)
        .Text("provider_message_id", i => i.Seen.ProviderMessageId).Text("direction", i => i.Seen.FromMe ? "out" : "in")
        .Text("origin", i => i.Seen.FromMe ? "phone" : "contact").Text("type", i => i.Seen.Content.Type).Text("body", i => i.Seen.Content.Body)
        .Text("quoted", i => i.Seen.QuotedProviderMessageId)
        .Text("status", i => i.Seen.FromMe ? MessageStatus.Sent : MessageStatus.Received)
        .Number("at", i => i.Seen.At.ToUnixTimeMilliseconds()).Number("received_at", i => i.ReceivedAt);
}
