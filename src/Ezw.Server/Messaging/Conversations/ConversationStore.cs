using Ezw.Foundation.Storage;

namespace Ezw.Messaging.Conversations;

/// <summary>
/// What a conversation knows of its messages. Every figure but the count of unread ones is looked up anew from the thread's index, so
/// that late, repeated and reordered messages cannot leave it wrong.
/// </summary>
internal static class ConversationStore
{
    /// <summary>For <c>message t</c>: it counts as unread until it is read. Imported history never does.</summary>
    public static readonly SqlText Counted = new("t.direction = 'in' and t.import_id is null");

    private static readonly SqlText Last = new("""
        last_message_id = (
            select t.id from message t
            where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id
            order by t.at desc, t.position desc, t.id desc limit 1),
        last_message_at = coalesce((
            select t.at from message t
            where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id
            order by t.at desc, t.position desc, t.id desc limit 1), conversation.created_at)
        """);

    /// <summary>
    /// The time of the first message from the contact that nobody answered: an answer is any message of ours but a campaign's. Needs
    /// <c>n.answered_at</c>, the newest answer of the batch or null.
    /// </summary>
    private static readonly SqlText Waiting = new($"""
        last_out_at = case when n.answered_at > coalesce(last_out_at, -1) then n.answered_at else last_out_at end,
        waiting_since = (
            select t.at from message t
            where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id and {Counted.Value}
              and t.at > (case when n.answered_at > coalesce(conversation.last_out_at, -1) then n.answered_at
                               else coalesce(conversation.last_out_at, -1) end)
            order by t.at, t.position limit 1)
        """);

    private static readonly SqlText WasClosed = new("""
        (n.arrived > 0 and exists (
            select 1 from stage s
            where s.organization_id = conversation.organization_id and s.id = conversation.stage_id and s.category = 'closed'))
        """);

    /// <summary>
    /// Takes in the messages that this transaction stored, named by rows with organization_id and message_id. What a contact writes is
    /// unread, wakes a snoozed conversation and reopens a closed one; what we write does neither.
    /// </summary>
    public static Sql TakeIn(Rows rows, long now) => $"""
        update conversation set
            {Last},
            {Waiting},
            unread_count = unread_count + n.arrived,
            snoozed_until = case when n.arrived > 0 then null else snoozed_until end,
            stage_id = case when {WasClosed} then {StageStore.FirstOpen("conversation")} else stage_id end,
            stage_since = case when {WasClosed} then {now} else stage_since end,
            version = version + case when {WasClosed} or (n.arrived > 0 and snoozed_until is not null) then 1 else 0 end
        from (
            select m.organization_id, m.conversation_id, sum(case m.direction when 'in' then 1 else 0 end) as arrived,
                   max(case when m.direction = 'out' and m.origin <> 'campaign' then m.at end) as answered_at
            from {rows} join message m on m.organization_id = r.organization_id and m.id = r.message_id
            where {MessageStore.StoredNow}
            group by m.organization_id, m.conversation_id) n
        where conversation.organization_id = n.organization_id and conversation.id = n.conversation_id
        """;

    /// <summary>Takes in history, which changes nothing but what came last.</summary>
    public static Sql TakeInPast(Guid organizationId, IReadOnlyList<Guid> conversations) => $"""
        update conversation set {Last} where organization_id = {organizationId} and id {IdSet.Of(conversations)}
        """;

    /// <summary>Looks everything up anew for conversations whose messages moved: rare, so it may read what the other needs not.</summary>
    public static Sql LookAnew(Guid organizationId, Sql conversations) => $"""
        update conversation set
            {Last},
            last_out_at = n.answered_at,
            waiting_since = (
                select t.at from message t
                where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id and {Counted}
                  and t.at > coalesce(n.answered_at, -1)
                order by t.at, t.position limit 1),
            unread_count = (
                select count(*) from message t
                where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id and {Counted}
                  and t.position > conversation.read_position)
        from (
            select c.id, (
                select max(t.at) from message t
                where t.organization_id = c.organization_id and t.conversation_id = c.id and t.direction = 'out'
                  and t.origin <> 'campaign' and t.import_id is null) as answered_at
            from conversation c where c.organization_id = {organizationId} and c.id in {conversations}) n
        where conversation.organization_id = {organizationId} and conversation.id = n.id
        """;
}
