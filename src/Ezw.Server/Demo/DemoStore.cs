using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Demo;

/// <summary>SQL of the demo workspace.</summary>
internal static class DemoStore
{
    /// <summary>The demo's line, if this database has the demo workspace.</summary>
    public static async Task<Guid?> FindLineAsync(DbSession db, CancellationToken ct)
    {
        var lines = await db.QueryAsync($"select line_id from demo_workspace limit 1", row => row.Uuid(0), ct);
        return lines.Count > 0 ? lines[0] : null;
    }

    public static async Task<bool> HasUsersAsync(DbSession db, CancellationToken ct) =>
        (await db.QueryAsync($"select 1 from user_account limit 1", _ => true, ct)).Count > 0;

    /// <summary>Marks the database as the demo's and skips the pairing: the line is linked as if a phone had scanned its code.</summary>
    public static async Task OpenAsync(DbSession db, Guid organizationId, Guid lineId, LineIdentity identity, CancellationToken ct)
    {
        await db.ExecuteAsync($"insert into demo_workspace (organization_id, line_id) values ({organizationId}, {lineId})", ct);
        await db.ExecuteAsync($"""
            update line set phone_number = {identity.PhoneNumber}, lid = {identity.Lid}, device_id = {identity.DeviceId},
                lifecycle_state = 'connecting'
            where organization_id = {organizationId} and id = {lineId}
            """, ct);
    }
}
