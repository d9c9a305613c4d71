using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;

namespace Ezw.Messaging.Contacts;

/// <summary>The statements that take a merge back, the reverse of <see cref="ContactMergeStore.Apply"/>.</summary>
internal static class ContactPartingStore
{
    public static IEnumerable<Sql> Part(Merge merge, Guid userId, long now)
    {
        yield return Sql.Of($"""
            update contact_merge set undone_at = {now}, undone_by = {userId}
            where organization_id = {merge.OrganizationId} and id = {merge.Id}
            """);
        yield return Sql.Of($"""
            update contact_alias set contact_id = {merge.MergedId}
            where organization_id = {merge.OrganizationId} and contact_id = {merge.KeptId} and exists (
                select 1 from contact_merge_alias j
                where j.organization_id = contact_alias.organization_id and j.merge_id = {merge.Id} and j.kind = contact_alias.kind
                  and j.value = contact_alias.value)
            """);
        foreach (var statement in MoveMessages(merge))
            yield return statement;
        // What had been merged before into either returns to it.
        yield return Sql.Of($"""
            update conversation set version = version + 1, merged_into_id = (
                select e.into_id from contact_merge_conversation e
                join contact_merge x on x.organization_id = e.organization_id and x.id = e.merge_id and x.undone_at is null
                where e.organization_id = conversation.organization_id and e.conversation_id = conversation.id
                order by x.at limit 1)
            where organization_id = {merge.OrganizationId} and merged_into_id in (
                select j.into_id from contact_merge_conversation j
                where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id})
            """);
        yield return Sql.Of($"""
            update conversation set contact_id = {merge.MergedId}, version = version + 1
            where organization_id = {merge.OrganizationId} and id in (
                select j.conversation_id from contact_merge_conversation j
                where j.organization_id = {merge.OrganizationId} and j.merge_id = {merge.Id} and j.into_id is null)
            """);
        yield return Sql.Of($"""
            update contact set version = version + 1, merged_into_id = (
                select x.kept_id from contact_merge x
                where x.organization_id = contact.organization_id and x.merged_id = contact.id and x.undone_at is null)
            where organization_id = {merge.OrganizationId} and merged_into_id = {merge.KeptId}
            """);
        yield return ConversationStore.LookAnew(merge.OrganizationId, ContactMergeStore.Touched(merge));
        yield return ContactMergeStore.OutboxHeads(merge.OrganizationId, ContactMergeStore.Touched(merge));
    }

    private static IEnumerable<Sql> MoveMessages(Merge merge)
    {
        var home = Sql.Of($"""
            select g.conversation_id from contact_merge_message g
            where g.organization_id = {merge.OrganizationId} and g.merge_id = {merge.Id} and g.message_id
            """);
        yield return Sql.Of($"""
            update message_change set conversation_id = (
                select g.conversation_id from contact_merge_message g
                join message m on m.organization_id = g.organization_id and m.id = g.message_id
                where g.organization_id = message_change.organization_id and g.merge_id = {merge.Id}
                  and m.conversation_id = message_change.conversation_id
                  and m.provider_message_id = message_change.provider_message_id and m.direction = message_change.direction limit 1)
            where organization_id = {merge.OrganizationId} and exists (
                select 1 from contact_merge_message g
                join message m on m.organization_id = g.organization_id and m.id = g.message_id
                where g.organization_id = message_change.organization_id and g.merge_id = {merge.Id}
                  and m.conversation_id = message_change.conversation_id
                  and m.provider_message_id = message_change.provider_message_id and m.direction = message_change.direction)
            """);
        yield return Sql.Of($"""
            update message set conversation_id = ({home} = message.id)
            where organization_id = {merge.OrganizationId} and id in (
                select g.message_id from contact_merge_message g
                where g.organization_id = {merge.OrganizationId} and g.merge_id = {merge.Id})
            """);
        yield return Sql.Of($"""
            update note set conversation_id = (
                select g.conversation_id from contact_merge_note g
                where g.organization_id = note.organization_id and g.merge_id = {merge.Id} and g.note_id = note.id)
            where organization_id = {merge.OrganizationId} and id in (
                select g.note_id from contact_merge_note g
                where g.organization_id = {merge.OrganizationId} and g.merge_id = {merge.Id})
            """);
        yield return Sql.Of($"""
            update outbox set conversation_id = ({home} = outbox.message_id)
            where organization_id = {merge.OrganizationId} and message_id in (
                select g.message_id from contact_merge_message g
                where g.organization_id = {merge.OrganizationId} and g.merge_id = {merge.Id})
            """);
    }
}
