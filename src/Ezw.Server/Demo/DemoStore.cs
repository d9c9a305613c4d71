using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Demo;

/// <summary>SQL of the demo workspace.</summary>
internal static class DemoStore
{
    /// <summary>The demo owner's first line, if this database has the demo workspace.</summary>
    public static async Task<Guid?> FindLineAsync(DbSession db, string ownerEmail, CancellationToken ct)
    {
        var lines = await db.QueryAsync($"""
            select l.id from user_account u join membership m on m.user_id = u.id join line l on l.organization_id = m.organization_id
            where u.email = {ownerEmail} order by l.id limit 1
            """, row => row.Uuid(0), ct);
        return lines.Count > 0 ? lines[0] : null;
    }

    /// <summary>Skips the pairing: the line is linked as if a phone had scanned its code.</summary>
    public static Task LinkAsync(DbSession db, Guid organizationId, Guid lineId, LineIdentity identity, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update line set phone_number = {identity.PhoneNumber}, lid = {identity.Lid}, device_id = {identity.DeviceId},
                lifecycle_state = 'connecting'
            where organization_id = {organizationId} and id = {lineId}
            """, ct);
}
