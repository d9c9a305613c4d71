using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working;

/// <summary>Conversations whose sleep is over.</summary>
internal static class SnoozeStore
{
    /// <summary>System duty: crosses organizations.</summary>
    public static Task<List<Guid>> OrganizationsDueAsync(DbSession db, long now, long limit, CancellationToken ct) => db.QueryAsync($"""
        select distinct organization_id from conversation where snoozed_until <= {now} limit {limit}
        """, row => row.Uuid(0), ct);

    public static Task<List<ChangedConversation>> WakeAsync(
        DbSession db, Guid organizationId, long now, long limit, CancellationToken ct) =>
        db.QueryAsync($"""
            update conversation set snoozed_until = null, version = version + 1
            where organization_id = {organizationId} and id in (
                select c.id from conversation c
                where c.organization_id = {organizationId} and c.snoozed_until <= {now} order by c.snoozed_until limit {limit})
            returning id, line_id
            """, row => new ChangedConversation(row.Uuid(0), row.Uuid(1)), ct);
}
