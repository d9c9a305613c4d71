using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;
using Ezw.Providers;

namespace Ezw.Messaging.Arriving;

/// <summary>The statements that store a batch of arrivals. Each may run twice for the same items without a second effect.</summary>
internal sealed class ArrivalStore(IReadOnlyList<Arrival> items, long now)
{
    /// <summary>For <c>message s</c> and a row: the same message, in a conversation that is named besides.</summary>
    private static readonly SqlText Same = new($"""
        s.organization_id = r.organization_id and s.line_id = r.line_id and s.provider_message_id = r.provider_message_id
        and s.direction = r.direction and (s.sender_id is not distinct from {SenderStore.Contact.Value} or exists (
            select 1 from contact k
            where k.organization_id = s.organization_id and k.id = s.sender_id and k.merged_into_id = {SenderStore.Contact.Value}))
        """);

    private readonly Rows rows = Of(items);

    public ChatStore Chats => new(rows, [.. items.Select(item => item.Chat)], now);

    public SenderStore Senders => new(rows, now);

    public Sql StoreMessages() => $"""
        insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, sender_id,
            type, body, content, quoted_provider_id, typing_ms, status, at, created_at)
        select r.organization_id, r.message_id, r.line_id, c.id,
            p.position + row_number() over (partition by r.organization_id order by r.ordinal),
            r.provider_message_id, r.direction, r.origin, {SenderStore.Contact}, r.type, r.body, r.content, r.quoted, 0,
            coalesce(case r.direction when 'out' then (
                select e.status from early_receipt e where e.organization_id = r.organization_id and e.line_id = r.line_id
                    and e.provider_message_id = r.provider_message_id) end, r.status),
            r.at, r.received_at
        from {rows} {ChatStore.Owned}
        join conversation c on {ChatStore.InConversation} {ChatStore.Contact}
        join event_position p on p.organization_id = r.organization_id
        where not exists (select 1 from message s where {Same} and s.conversation_id = c.id)
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
        update message set {MessageStore.UpToDate}
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
                where a.organization_id = r.organization_id and a.kind = 'phone' and a.value = coalesce(r.phone, r.sender_phone)
                  and not exists (
                    select 1 from contact_alias b
                    where b.organization_id = a.organization_id and b.contact_id = a.contact_id and b.kind = 'lid'
                      and b.value <> coalesce(r.lid, r.sender_lid))),
               (select a.contact_id from contact_alias a
                where a.organization_id = r.organization_id and a.kind = 'lid' and a.value = coalesce(r.lid, r.sender_lid)),
               case when exists (
                   select 1 from message s where s.organization_id = r.organization_id and s.line_id = r.line_id
                       and s.provider_message_id = r.provider_message_id and s.direction = r.direction and s.import_id is not null)
                   then 1 else 0 end
        from {rows} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """;

    /// <summary>Messages that the phone's past told, and that now came live as well.</summary>
    public Sql History() => $"""
        select s.id from {rows} {ChatStore.Owned}
        join conversation c on {ChatStore.InConversation} {ChatStore.Contact}
        join message s on s.organization_id = c.organization_id and s.conversation_id = c.id and s.import_id is not null and {Same}
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
        .Text("reference", i => File(i)?.Source.Reference).Text("declared_type", i => File(i)?.MimeType)
        .Text("file_name", i => Storable(File(i)?.FileName)).Number("size_bytes", i => File(i)?.SizeBytes)
        .Number("width", i => File(i)?.Width).Number("height", i => File(i)?.Height)
        .Number("duration_ms", i => (long?)File(i)?.Duration?.TotalMilliseconds);

    // No database keeps a NUL in text the way it came: one refuses it, the other cuts the text there.
    public static string? Storable(string? text) => text?.Replace('\0', '\uFFFD');

    private static MediaSeen? File(Arrival item) => (item.Seen.Content as SeenContent.Media)?.File;
}
