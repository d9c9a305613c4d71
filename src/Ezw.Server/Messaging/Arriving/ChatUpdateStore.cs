using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;

namespace Ezw.Messaging.Arriving;

/// <summary>The statements behind <see cref="ChatUpdates"/>.</summary>
internal static class ChatUpdateStore
{
    /// <summary>
    /// The position of the newest message that was read. Reordered messages make it a maximum; looking back further than this would read a
    /// long thread for the sake of one that came very late.
    /// </summary>
    private static readonly SqlText ReadThrough = new("""
        coalesce((
            select max(x.position) from (
                select t.position from message t
                where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id and t.at <= r.read_at
                order by t.at desc, t.position desc limit 500) x
            where x.position > conversation.read_position), conversation.read_position)
        """);

    /// <summary>Runs first, while the old state still tells what will change.</summary>
    public static Sql LogEvents(Rows rows, long now) => $"""
        insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
        select r.organization_id, p.position + row_number() over (partition by r.organization_id order by r.ordinal),
               case when r.read_at is null then {MessageEvents.ContactChanged} else {MessageEvents.ConversationRead} end,
               r.line_id, c.id, case when r.read_at is null then c.contact_id end, null, {now}
        from {rows} {ChatStore.Owned}
        join conversation c on {ChatStore.InConversation} {ChatStore.Contact}
        join contact n on n.organization_id = c.organization_id and n.id = c.contact_id
        join event_position p on p.organization_id = r.organization_id
        where (r.read_at is not null and c.unread_count > 0)
           or (r.read_at is null and n.push_name is distinct from r.chat_name)
        """;

    public static Sql NameContacts(Rows rows) => $"""
        update contact set push_name = r.chat_name
        from {rows} {ChatStore.Owned}
        where r.read_at is null and contact.organization_id = r.organization_id and contact.id = {ChatStore.Contact}
        """;

    public static Sql MarkRead(Rows rows) => $"""
        update conversation set
            read_position = {ReadThrough},
            unread_count = (
                select count(*) from message t
                where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id and t.at > r.read_at
                  and {ConversationStore.Counted} and t.position > {ReadThrough})
        from {rows} {ChatStore.Owned}
        where r.read_at is not null and conversation.organization_id = r.organization_id and conversation.line_id = r.line_id
          and conversation.contact_id = {ChatStore.Contact}
        """;

    public static Sql Outcomes(Rows rows) => $"""
        select case when w.epoch is null then 0 else 1 end
        from {rows} left join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        order by r.ordinal
        """;
}
