using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;

namespace Ezw.Messaging.Contacts;

/// <summary>The statements that make two contacts one. They run under the organization's lock.</summary>
internal static class ContactMergeStore
{
    /// <summary>Both contacts, if both exist and neither is merged already.</summary>
    public static Task<ContactPair?> PairAsync(DbSession db, Guid organizationId, Guid first, Guid second, CancellationToken ct) =>
        db.FirstAsync($"""
            select case when (a.created_at, cast(a.id as text)) < (b.created_at, cast(b.id as text)) then 1 else 0 end,
                   case when exists (
                       select 1 from contact_alias g where g.organization_id = a.organization_id and g.contact_id in (a.id, b.id)
                           and g.kind = 'group') then 1 else 0 end,
                   case when exists (
                       select 1 from contact_merge u where u.organization_id = a.organization_id and u.undone_at is not null
                           and ((u.kept_id = a.id and u.merged_id = b.id) or (u.kept_id = b.id and u.merged_id = a.id))) then 1 else 0 end
            from contact a cross join contact b
            where a.organization_id = {organizationId} and a.id = {first} and a.merged_into_id is null
              and b.organization_id = {organizationId} and b.id = {second} and b.merged_into_id is null
            """, row => new ContactPair(row.Truth(0), row.Truth(1), row.Truth(2)), ct);

    public static Task<Merge?> FindAsync(DbSession db, Guid organizationId, Guid mergeId, CancellationToken ct) => db.FirstAsync($"""
        select kept_id, merged_id, reason, user_id, at from contact_merge
        where organization_id = {organizationId} and id = {mergeId} and undone_at is null
        """, row => new Merge(
            organizationId, mergeId, row.Uuid(0), row.Uuid(1), row.GetString(2), row.UuidOrNull(3), row.GetInt64(4)), ct);

    public static async Task<bool> IsMergedAsync(DbSession db, Guid organizationId, Guid contactId, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1 from contact where organization_id = {organizationId} and id = {contactId} and merged_into_id is not null
            """, _ => true, ct)).Count > 0;

    /// <summary>The lines on which the merge moved something.</summary>
    public static Task<List<Guid>> LinesAsync(DbSession db, Merge merge, CancellationToken ct) => db.QueryAsync($"""
        select distinct c.line_id from contact_merge_conversation j
        join conversation c on c.organization_id = j.organization_id and c.id = j.conversation_id
        where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id}
        """, row => row.Uuid(0), ct);

    /// <summary>One event a conversation that moved, so that whoever sees its line learns of it and nobody else.</summary>
    public static async Task LogAsync(DbSession db, Merge merge, string kind, long now, CancellationToken ct) =>
        await EventStore.AppendAsync(db, await db.QueryAsync($"""
            select c.line_id, j.conversation_id from contact_merge_conversation j
            join conversation c on c.organization_id = j.organization_id and c.id = j.conversation_id
            where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} order by j.conversation_id
            """, row => new NewEvent(merge.OrganizationId, kind, row.Uuid(0), row.Uuid(1), merge.KeptId, null, now), ct), ct);

    /// <summary>What is shown of these contacts changed: one event a conversation, for the same reason.</summary>
    public static async Task LogChangedAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Guid> contacts, long now, CancellationToken ct) =>
        await EventStore.AppendAsync(db, await db.QueryAsync($"""
            select line_id, id, contact_id from conversation
            where organization_id = {organizationId} and contact_id {IdSet.Of(contacts)} and merged_into_id is null order by id
            """, row => new NewEvent(
                organizationId, MessageEvents.ContactChanged, row.Uuid(0), row.Uuid(1), row.Uuid(2), null, now), ct), ct);

    public static IEnumerable<Sql> Apply(Merge merge)
    {
        yield return Sql.Of($"""
            insert into contact_merge (organization_id, id, kept_id, merged_id, reason, user_id, at)
            select {merge.OrganizationId}, {merge.Id}, {merge.KeptId}, {merge.MergedId}, {merge.Reason}, u.id, {merge.At}
            from organization o left join user_account u on u.id = {merge.UserId ?? Guid.Empty}
            where o.id = {merge.OrganizationId}
            """);
        yield return Sql.Of($"""
            insert into contact_merge_alias (organization_id, merge_id, kind, value)
            select organization_id, {merge.Id}, kind, value from contact_alias
            where organization_id = {merge.OrganizationId} and contact_id = {merge.MergedId}
            """);
        yield return Sql.Of($"""
            update contact_alias set contact_id = {merge.KeptId}
            where organization_id = {merge.OrganizationId} and contact_id = {merge.MergedId}
            """);
        yield return Sql.Of($"""
            insert into contact_merge_conversation (organization_id, merge_id, conversation_id, into_id)
            select m.organization_id, {merge.Id}, m.id, k.id from conversation m
            left join conversation k on k.organization_id = m.organization_id and k.line_id = m.line_id and k.contact_id = {merge.KeptId}
            where m.organization_id = {merge.OrganizationId} and m.contact_id = {merge.MergedId}
            """);
        yield return Sql.Of($"""
            insert into contact_merge_message (organization_id, merge_id, message_id, conversation_id)
            select m.organization_id, j.merge_id, m.id, m.conversation_id from contact_merge_conversation j
            join message m on m.organization_id = j.organization_id and m.conversation_id = j.conversation_id
            where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is not null
            """);
        yield return Sql.Of($"""
            insert into contact_merge_note (organization_id, merge_id, note_id, conversation_id)
            select n.organization_id, j.merge_id, n.id, n.conversation_id from contact_merge_conversation j
            join note n on n.organization_id = j.organization_id and n.conversation_id = j.conversation_id
            where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is not null
            """);
        yield return DropDoubleChanges(merge);
        foreach (var table in ConversationRows)
            yield return Move(table, merge);
        yield return BringUpToDate(merge);
        foreach (var statement in MoveReactions(merge))
            yield return statement;
        yield return UniteLabels(merge);
        foreach (var statement in MoveConversations(merge))
            yield return statement;
        yield return Sql.Of($"""
            update contact set merged_into_id = {merge.KeptId}, version = version + 1
            where organization_id = {merge.OrganizationId} and (id = {merge.MergedId} or merged_into_id = {merge.MergedId})
            """);
        yield return Sql.Of($"""
            update contact set version = version + 1,
                display_name = coalesce(display_name, (
                    select m.display_name from contact m where m.organization_id = contact.organization_id and m.id = {merge.MergedId})),
                push_name = coalesce(push_name, (
                    select m.push_name from contact m where m.organization_id = contact.organization_id and m.id = {merge.MergedId}))
            where organization_id = {merge.OrganizationId} and id = {merge.KeptId}
            """);
    }

    /// <summary>Whatever hangs on a conversation and moves with it.</summary>
    private static readonly SqlText[] ConversationRows = [new("message"), new("message_change"), new("outbox"), new("note")];

    /// <summary>The conversation that stays gets the labels of both; the other keeps its own for the day it is parted.</summary>
    private static Sql UniteLabels(Merge merge) => Sql.Of($"""
        insert into conversation_label (organization_id, conversation_id, label_id, added_by, added_at)
        select l.organization_id, j.into_id, l.label_id, l.added_by, l.added_at from contact_merge_conversation j
        join conversation_label l on l.organization_id = j.organization_id and l.conversation_id = j.conversation_id
        where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is not null
        on conflict (organization_id, conversation_id, label_id) do nothing
        """);

    private static Sql Move(SqlText table, Merge merge) => Sql.Of($"""
        update {table} set conversation_id = (
            select j.into_id from contact_merge_conversation j
            where j.organization_id = {table}.organization_id and j.merge_id = {merge.Id} and j.conversation_id = {table}.conversation_id)
        where organization_id = {merge.OrganizationId} and conversation_id in (
            select j.conversation_id from contact_merge_conversation j
            where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is not null)
        """);

    /// <summary>Changes that were told in both conversations.</summary>
    private static Sql DropDoubleChanges(Merge merge) => Sql.Of($"""
        delete from message_change where organization_id = {merge.OrganizationId} and exists (
            select 1 from contact_merge_conversation j
            join message_change k on k.organization_id = j.organization_id and k.conversation_id = j.into_id
            where j.organization_id = message_change.organization_id and j.merge_id = {merge.Id}
              and j.conversation_id = message_change.conversation_id and k.provider_message_id = message_change.provider_message_id
              and k.direction = message_change.direction and k.kind = message_change.kind and k.sender = message_change.sender
              and k.at = message_change.at and k.value = message_change.value)
        """);

    /// <summary>An edit or a deletion may have waited in one conversation for its message in the other.</summary>
    private static Sql BringUpToDate(Merge merge) => Sql.Of($"""
        update message set {MessageStore.UpToDate}
        where organization_id = {merge.OrganizationId} and conversation_id in (
            select j.into_id from contact_merge_conversation j
            where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is not null)
          and exists (select 1 from message_change e where {MessageStore.ChangeOf("message")} and e.kind <> 'reaction')
        """);

    /// <summary>
    /// In a group one person has one reaction to a message. They stay with the contact that was kept even when the merge is taken back.
    /// </summary>
    private static IEnumerable<Sql> MoveReactions(Merge merge)
    {
        var ofMerged = Sql.Of($"""
            organization_id = {merge.OrganizationId} and kind = 'reaction' and sender = cast({merge.MergedId} as text)
            and conversation_id in (
                select c.id from conversation c where c.organization_id = {merge.OrganizationId} and c.type = 'group')
            """);
        yield return Sql.Of($"""
            delete from message_change where {ofMerged} and exists (
                select 1 from message_change k
                where k.organization_id = message_change.organization_id and k.conversation_id = message_change.conversation_id
                  and k.provider_message_id = message_change.provider_message_id and k.direction = message_change.direction
                  and k.kind = message_change.kind and k.sender = cast({merge.KeptId} as text) and k.at = message_change.at
                  and k.value = message_change.value)
            """);
        yield return Sql.Of($"""
            update message_change set sender = cast({merge.KeptId} as text)
            where organization_id = {merge.OrganizationId} and {ofMerged}
            """);
    }

    private static IEnumerable<Sql> MoveConversations(Merge merge)
    {
        // A conversation without a counterpart changes its contact and nothing else.
        yield return Sql.Of($"""
            update conversation set contact_id = {merge.KeptId}, version = version + 1
            where organization_id = {merge.OrganizationId} and id in (
                select j.conversation_id from contact_merge_conversation j
                where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is null)
            """);
        // Of two conversations the work goes on in the one that stays: its assignee and stage win, if it has any and is not closed.
        yield return Sql.Of($"""
            update conversation set version = conversation.version + 1,
                assigned_at = case when conversation.assignee_id is null then m.assigned_at else conversation.assigned_at end,
                assignee_id = coalesce(conversation.assignee_id, m.assignee_id),
                stage_id = case when s.category = 'closed' then m.stage_id else conversation.stage_id end,
                stage_since = case when s.category = 'closed' then m.stage_since else conversation.stage_since end,
                read_position = case when m.read_position < k.read_position then m.read_position else k.read_position end
            from contact_merge_conversation j
            join conversation m on m.organization_id = j.organization_id and m.id = j.conversation_id
            join conversation k on k.organization_id = j.organization_id and k.id = j.into_id
            join stage s on s.organization_id = k.organization_id and s.id = k.stage_id
            where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id}
              and conversation.organization_id = k.organization_id and conversation.id = k.id
            """);
        yield return Sql.Of($"""
            update conversation set version = version + 1, merged_into_id = (
                select j.into_id from contact_merge_conversation j
                where j.organization_id = conversation.organization_id and j.merge_id = {merge.Id}
                  and j.conversation_id in (conversation.id, conversation.merged_into_id))
            where organization_id = {merge.OrganizationId} and exists (
                select 1 from contact_merge_conversation j
                where j.organization_id = conversation.organization_id and j.merge_id = {merge.Id} and j.into_id is not null
                  and j.conversation_id in (conversation.id, conversation.merged_into_id))
            """);
        yield return ConversationStore.LookAnew(merge.OrganizationId, Touched(merge));
        yield return OutboxHeads(merge.OrganizationId, Touched(merge));
    }

    /// <summary>Both conversations of every pair.</summary>
    internal static Sql Touched(Merge merge) => Sql.Of($"""
        (select j.conversation_id from contact_merge_conversation j
         where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id}
         union
         select j.into_id from contact_merge_conversation j
         where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is not null)
        """);

    /// <summary>Only the first waiting message of a conversation is due. What is in flight already stays in flight.</summary>
    internal static Sql OutboxHeads(Guid organizationId, Sql conversations) => Sql.Of($"""
        update outbox set due_at = case when attempts > 0 then due_at when position = (
                select min(o.position) from outbox o
                where o.organization_id = outbox.organization_id and o.conversation_id = outbox.conversation_id)
            then coalesce(due_at, 0) end
        where organization_id = {organizationId} and conversation_id in {conversations}
        """);
}

/// <param name="Parted">A person has taken a merge of the two back.</param>
internal sealed record ContactPair(bool FirstIsOlder, bool OneIsGroup, bool Parted);
