using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working;

/// <summary>Assignments that end by themselves.</summary>
internal static class AssignmentStore
{
    /// <summary>Releases what a user has on lines that they may not operate any more.</summary>
    public static async Task<List<ChangedConversation>> ReleaseLostAsync(
        DbSession db, Guid organizationId, Guid userId, CancellationToken ct)
    {
        var released = await db.QueryAsync($"""
            update conversation set assignee_id = null, assigned_at = null, version = version + 1
            where organization_id = {organizationId} and assignee_id = {userId} and merged_into_id is null
              and not {WorkAccessStore.MayOperate("conversation", userId)}
            returning id, line_id
            """, row => new ChangedConversation(row.Uuid(0), row.Uuid(1)), ct);
        // A conversation that was merged away would bring its assignee back when it is parted.
        await db.ExecuteAsync($"""
            update conversation set assignee_id = null, assigned_at = null
            where organization_id = {organizationId} and assignee_id = {userId} and merged_into_id is not null
              and not {WorkAccessStore.MayOperate("conversation", userId)}
            """, ct);
        return released;
    }
}
