using Ezw.Foundation.Storage;
using Ezw.Inbox.Reading;

namespace Ezw.Inbox.Contacts;

/// <summary>Who may see a contact, through which line, and who may change it.</summary>
internal static class ContactAccessStore
{
    /// <summary>The contact, or the one that it was merged into; null when it is absent or no visible line has a conversation with it.</summary>
    public static async Task<VisibleContact?> FindAsync(
        DbSession db, Guid organizationId, VisibleLines lines, Guid contactId, CancellationToken ct)
    {
        var found = await db.QueryAsync($"""
            select distinct c.contact_id, c.line_id from contact n
            join conversation c on c.organization_id = n.organization_id and c.contact_id = coalesce(n.merged_into_id, n.id)
              and c.merged_into_id is null
            where n.organization_id = {organizationId} and n.id = {contactId} {lines.On("c.line_id")}
            """, row => (Contact: row.Uuid(0), Line: row.Uuid(1)), ct);
        return found.Count == 0 ? null : new VisibleContact(found[0].Contact, found.Exists(f => lines.MayOperate(f.Line)));
    }

    /// <summary>A merge that is in force.</summary>
    public static async Task<VisibleMerge?> MergeAsync(
        DbSession db, Guid organizationId, VisibleLines lines, Guid mergeId, CancellationToken ct)
    {
        var found = await db.QueryAsync($"""
            select x.kept_id, c.line_id from contact_merge x
            left join contact_merge_conversation j on j.organization_id = x.organization_id and j.merge_id = x.id
            left join conversation c on c.organization_id = j.organization_id and c.id = j.conversation_id
            where x.organization_id = {organizationId} and x.id = {mergeId} and x.undone_at is null
            """, row => (Kept: row.Uuid(0), Line: row.UuidOrNull(1)), ct);
        return found.Count == 0
            ? null
            : new VisibleMerge(found[0].Kept, found.Exists(f => f.Line is not { } line || lines.MayOperate(line)));
    }
}

/// <param name="Id">Differs from the id that was asked for when that contact was merged.</param>
internal sealed record VisibleContact(Guid Id, bool MayOperate);

/// <param name="MayOperate">A line on which the merged contact had a conversation, if it had any.</param>
internal sealed record VisibleMerge(Guid KeptId, bool MayOperate);
