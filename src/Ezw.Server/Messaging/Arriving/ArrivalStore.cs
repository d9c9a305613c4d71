using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>The statements that store a batch of arrivals. Each may run twice for the same items without a second effect.</summary>
internal sealed class ArrivalStore(IReadOnlyList<Arrival> items, long now)
{
    private readonly Rows rows = Of(items);

    /// <summary>Who wrote in a group, found like the other side of a chat.</summary>
    private static readonly SqlText Sender = new("""
        coalesce(
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'lid' and a.value = r.sender_lid),
            (select a.contact_id from contact_alias a
             where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.sender_phone))
        """);

    public ChatStore Chats => new(rows, [.. items.Select(item => item.Chat)], now);

    public Sql MakeSenders() => $"""
        insert into contact (organization_id, id, push_name, created_at)
        select n.organization_id, n.sender_id, n.sender_name, {now} from (
            select r.organization_id, r.sender_id, r.sender_name,
                   row_number() over (partition by r.organization_id, coalesce(r.sender_lid, r.sender_phone) order by r.ordinal) as place
            from {rows} {ChatStore.Owned}
            where coalesce(r.sender_lid, r.sender_phone) is not null and {Sender} is null) n
        where n.place = 1
        """;

    public Sql MakeSenderAliases(string kind) => $"""
        insert into contact_alias (organization_id, kind, value, contact_id)
        select r.organization_id, {kind}, case {kind} when 'lid' then r.sender_lid else r.sender_phone end, coalesce({Sender}, c.id)
        from {rows} {ChatStore.Owned}
        left join contact c on c.organization_id = r.organization_id and c.id = r.sender_id
        where case {kind} when 'lid' then r.sender_lid else r.sender_phone end is not null and coalesce({Sender}, c.id) is not null
        on conflict (organization_id, kind, value) do nothing
        """;

    public Sql StoreMessages() => $"""
        insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, sender_id,
            type, body, content, quoted_provider_id, typing_ms, status, at, created_at)
        select r.organization_id, r.message_id, r.line_id, c.id,
            p.position + row_number() over (partition by r.organization_id order by r.ordinal),
            r.provider_message_id, r.direction, r.origin, {Sender}, r.type, r.body, r.content, r.quoted, 0,
            coalesce(case r.direction when 'out' then (
                select e.status from early_receipt e where e.organization_id = r.organization_id and e.line_id = r.line_id
                    and e.provider_message_id = r.provider_message_id) end, r.status),
            r.at, r.received_at
        from {rows} {ChatStore.Owned}
        join conversation c on {ChatStore.InConversation} {ChatStore.Contact}
        join event_position p on p.organization_id = r.organization_id
        where not exists (
            select 1 from message s where s.organization_id = r.organization_id and s.line_id = r.line_id
                and s.provider_message_id = r.provider_message_id and s.direction = r.direction and s.conversation_id = c.id
                and s.sender_id is not distinct from {Sender})
        """;

    public Sql StoreAttachments() => $"""
        insert into attachment (organization_id, id, message_id, line_id, kind, state, reference, declared_type, file_name, size_bytes,
            width, height, duration_ms, due_at, created_at)
        select r.organization_id, r.attachment_id, r.message_id, r.line_id, r.type, 'pending', r.reference, r.declared_type, r.file_name,
            r.size_bytes, r.width, r.height, r.duration_ms, {now}, r.received_at
        from {rows} join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where r.reference is not null and {MessageStore.StoredNow}
        """;

    /// <summary>Edits and deletions that came before their message.</summary>
    public Sql ApplyChanges() => $"""
        update message set
            body = coalesce((
                select e.value from message_change e where {MessageStore.ChangeOf("message")} and e.kind = 'edit'
                order by e.at desc, e.value desc limit 1), m.body),
            original_body = case when exists (
                select 1 from message_change e where {MessageStore.ChangeOf("message")} and e.kind = 'edit') then m.body end,
            edited_at = (select max(e.at) from message_change e where {MessageStore.ChangeOf("message")} and e.kind = 'edit'),
            deleted_at = (select min(e.at) from message_change e where {MessageStore.ChangeOf("message")} and e.kind = 'delete')
        from {rows} join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where message.organization_id = m.organization_id and message.id = m.id and {MessageStore.StoredNow}
          and exists (select 1 from message_change e where {MessageStore.ChangeOf("m")} and e.kind <> 'reaction')
        """;

    public Sql TakeIn() => ConversationStore.TakeIn(rows, now);

    public Sql LogEvents() => $"""
        insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
        select m.organization_id, m.position, case m.direction when 'in' then {MessageEvents.Received} else {MessageEvents.Echoed} end,
               m.line_id, m.conversation_id, m.id, null, m.created_at
        from {rows} join message m on m.organization_id = r.organization_id and m.id = r.message_id
        where {MessageStore.StoredNow}
        """;

    public Sql Outcomes() => $"""
        select case when w.epoch is null then 0 else 1 end,
               (select a.contact_id from contact_alias a
                where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = r.phone and r.lid is not null),
               (select a.contact_id from contact_alias a
                where a.organization_id = r.organization_id and a.kind = 'lid' and a.value = r.lid)
        from {rows} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """;

    private static Rows<Arrival> Of(IReadOnlyList<Arrival> items) => ChatStore.Columns(items, i => i.Chat)
        .Uuid("message_id", i => i.MessageId).Uuid("sender_id", i => i.NewSenderId).Uuid("attachment_id", i => i.NewAttachmentId)
        .Text("sender_phone", i => i.Seen.Sender?.PhoneNumber).Text("sender_lid", i => i.Seen.Sender?.Lid)
        .Text("sender_name", i => Storable(i.Seen.SenderName))
        .Text("provider_message_id", i => i.Seen.ProviderMessageId).Text("direction", i => i.Seen.FromMe ? "out" : "in")
        .Text("origin", i => i.Seen.FromMe ? "phone" : "contact").Text("type", i => i.Seen.Content.Type)
        .Text("body", i => Storable(i.Seen.Content.Body)).Text("content", i => MessageContent.Of(i.Seen.Content))
        .Text("quoted", i => i.Seen.QuotedProviderMessageId)
        .Text("status", i => i.Seen.FromMe ? MessageStatus.Sent : MessageStatus.Received)
        .Number("at", i => i.Seen.At.ToUnixTimeMilliseconds()).Number("received_at", i => i.ReceivedAt)
        .Text("reference", i => File(i)?.Pointer.Reference).Text("declared_type", i => File(i)?.MimeType)
        .Text("file_name", i => Storable(File(i)?.FileName)).Number("size_bytes", i => File(i)?.SizeBytes)
        .Number("width", i => File(i)?.Width).Number("height", i => File(i)?.Height)
        .Number("duration_ms", i => (long?)File(i)?.Duration?.TotalMilliseconds);

    // No database keeps a NUL in text the way it came: one refuses it, the other cuts the text there.
    public static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    private static MediaSeen? File(Arrival item) => (item.Seen.Content as SeenContent.Media)?.File;
}
