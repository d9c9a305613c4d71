using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging;

/// <summary>Writes down that a phone number and a LID are one person.</summary>
internal static class IdentityStore
{
    /// <summary>Gives the holder of the number the LID as a further name. False: stale epoch.</summary>
    public static async Task<bool> LinkAsync(DbSession db, LineKey line, IdentityLinked linked, CancellationToken ct)
    {
        var current = await db.QueryAsync(
            $"select 1 from line_owner where line_id = {line.LineId} and epoch = {line.Epoch}", _ => true, ct);
        if (current.Count == 0)
            return false;
        await db.ExecuteAsync($"""
            insert into contact_alias (organization_id, kind, value, contact_id)
            select a.organization_id, 'lid', {linked.Lid}, a.contact_id from contact_alias a
            where a.organization_id = {line.OrganizationId} and a.kind = 'phone' and a.value = {linked.PhoneNumber}
            on conflict (organization_id, kind, value) do nothing
            """, ct);
        return true;
    }
}
