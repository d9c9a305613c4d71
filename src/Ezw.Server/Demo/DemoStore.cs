using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Demo;

/// <summary>SQL of the demo workspace. Its steps are separate transactions, so each one looks at what an interrupted start left.</summary>
internal static class DemoStore
{
    /// <summary>Whether this database is the demo's.</summary>
    public static async Task<bool> IsMarkedAsync(DbSession db, CancellationToken ct) =>
        (await db.QueryAsync($"select id from demo_workspace", row => row.GetInt64(0), ct)).Count > 0;

    /// <summary>Makes an unused database the demo's; one that has users already stays as it is.</summary>
    public static Task MarkAsync(DbSession db, long now, CancellationToken ct) => db.ExecuteAsync($"""
        insert into demo_workspace (id, opened_at) select 1, {now} where not exists (select 1 from user_account)
        on conflict (id) do nothing
        """, ct);

    public static async Task<Guid?> FindOrganizationAsync(DbSession db, string ownerEmail, CancellationToken ct)
    {
        var organizations = await db.QueryAsync($"""
            select m.organization_id from user_account u join membership m on m.user_id = u.id where u.email = {ownerEmail}
            """, row => row.Uuid(0), ct);
        return organizations.Count > 0 ? organizations[0] : null;
    }

    /// <summary>The organization's first line.</summary>
    public static async Task<Guid?> FindLineAsync(DbSession db, Guid organizationId, CancellationToken ct)
    {
        var lines = await db.QueryAsync(
            $"select id from line where organization_id = {organizationId} order by id limit 1", row => row.Uuid(0), ct);
        return lines.Count > 0 ? lines[0] : null;
    }

    /// <summary>Whether nobody has linked or logged out the line yet.</summary>
    public static async Task<bool> IsNewAsync(DbSession db, Guid organizationId, Guid lineId, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1 from line where organization_id = {organizationId} and id = {lineId} and lifecycle_state = 'created'
            """, _ => true, ct)).Count > 0;

    /// <summary>Skips the pairing: the line is linked as if a phone had scanned its code.</summary>
    public static Task LinkAsync(DbSession db, Guid organizationId, Guid lineId, LineIdentity identity, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update line set phone_number = {identity.PhoneNumber}, lid = {identity.Lid}, device_id = {identity.DeviceId},
                lifecycle_state = 'connecting'
            where organization_id = {organizationId} and id = {lineId} and lifecycle_state = 'created'
            """, ct);
}
