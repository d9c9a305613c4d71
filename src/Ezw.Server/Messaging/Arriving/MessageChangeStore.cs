using Ezw.Foundation.Storage;

namespace Ezw.Messaging.Arriving;

/// <summary>The statements that store a batch of changes. Each may run twice for the same items without a second effect.</summary>
internal sealed class MessageChangeStore(IReadOnlyList<MessageChange> items, long now)
{
    private readonly Rows rows = Of(items);

    /// <summary>Stored by this very transaction.</summary>
    private static readonly SqlText ChangedNow = new("""
        e.organization_id = r.organization_id and e.provider_message_id = r.provider_message_id and e.direction = r.direction
        and e.kind = r.kind and e.at = r.at and e.value = r.value
        and e.position > (select p.position from event_position p where p.organization_id = r.organization_id)
        """);

    private static readonly SqlText Target = new("""
        m.organization_id = e.organization_id and m.line_id = r.line_id and m.provider_message_id = e.provider_message_id
        and m.direction = e.direction and m.conversation_id = e.conversation_id
        """);

    public ChatStore Chats => new(rows, [.. items.Select(item => item.Chat)], now);

    public SenderStore Senders => new(rows, now);

    public Sql Store() => $"""
        insert into message_change (organization_id, conversation_id, provider_message_id, direction, kind, sender, at, value, position)
        select n.organization_id, n.conversation_id, n.provider_message_id, n.direction, n.kind, n.sender, n.at, n.value,
               p.position + row_number() over (partition by n.organization_id order by n.ordinal)
        from (
            select r.organization_id, c.id as conversation_id, r.provider_message_id, r.direction, r.kind, r.at, r.value, r.ordinal,
                   case when r.from_me = 1 then 'me' else coalesce(cast({SenderStore.Contact} as text), 'contact') end as sender
            from {rows} {ChatStore.Owned}
            join conversation c on {ChatStore.InConversation} {ChatStore.Contact}) n
        join event_position p on p.organization_id = n.organization_id
        where not exists (
            select 1 from message_change e
            where e.organization_id = n.organization_id and e.conversation_id = n.conversation_id
              and e.provider_message_id = n.provider_message_id and e.direction = n.direction and e.kind = n.kind and e.sender = n.sender
              and e.at = n.at and e.value = n.value)
        """;

    /// <summary>The newest text counts, in whatever order the edits came.</summary>
    public Sql Edit() => $"""
        update message set edited_at = r.at, body = r.value,
            original_body = case when m.edited_at is null then m.body else m.original_body end
        from {rows} join message_change e on {ChangedNow} join message m on {Target}
        where e.kind = 'edit' and message.organization_id = m.organization_id and message.id = m.id
          and (m.edited_at is null or m.edited_at < r.at or (m.edited_at = r.at and coalesce(m.body, '') < r.value))
        """;

    public Sql Delete() => $"""
        update message set deleted_at = r.at
        from {rows} join message_change e on {ChangedNow} join message m on {Target}
        where e.kind = 'delete' and message.organization_id = m.organization_id and message.id = m.id
          and (m.deleted_at is null or m.deleted_at > r.at)
        """;

    // Two people of a group may have used one id: one event all the same.
    public Sql LogEvents() => $"""
        insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
        select e.organization_id, e.position,
               case e.kind when 'edit' then {MessageEvents.Edited} when 'delete' then {MessageEvents.Deleted}
                    else {MessageEvents.Reacted} end,
               r.line_id, e.conversation_id, (select m.id from message m where {Target} order by m.position limit 1), null, {now}
        from {rows} join message_change e on {ChangedNow}
        """;

    public Sql Outcomes() => $"""
        select case when w.epoch is null then 0 else 1 end
        from {rows} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """;

    private static Rows Of(IReadOnlyList<MessageChange> items) => ChatStore.Columns(items, i => i.Chat)
        .Text("provider_message_id", i => i.ProviderMessageId).Text("direction", i => i.TargetFromMe ? "out" : "in")
        .Text("kind", i => i.Kind).Number("from_me", i => i.FromMe ? 1 : 0).Text("value", i => i.Value).Number("at", i => i.At)
        .Uuid("sender_id", i => i.NewSenderId).Text("sender_name", _ => null)
        .Text("sender_lid", i => i.Sender?.Lid).Text("sender_phone", i => i.Sender?.PhoneNumber);
}
