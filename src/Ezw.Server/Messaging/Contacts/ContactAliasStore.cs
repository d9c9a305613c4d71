using Ezw.Foundation.Storage;
using Ezw.Lines;

namespace Ezw.Messaging.Contacts;

/// <summary>Who holds which name of WhatsApp.</summary>
internal static class ContactAliasStore
{
    public static async Task<bool> IsCurrentAsync(DbSession db, LineKey line, CancellationToken ct) => (await db.QueryAsync($"""
        select 1 from line_owner where organization_id = {line.OrganizationId} and line_id = {line.LineId} and epoch = {line.Epoch}
        """, _ => true, ct)).Count > 0;

    public static async Task<Guid?> HolderAsync(DbSession db, Guid organizationId, string kind, string value, CancellationToken ct)
    {
        var holders = await db.QueryAsync($"""
            select contact_id from contact_alias where organization_id = {organizationId} and kind = {kind} and value = {value}
            """, row => row.Uuid(0), ct);
        return holders.Count > 0 ? holders[0] : null;
    }

    public static async Task<bool> HasAsync(DbSession db, Guid organizationId, Guid contactId, string kind, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1 from contact_alias where organization_id = {organizationId} and contact_id = {contactId} and kind = {kind} limit 1
            """, _ => true, ct)).Count > 0;

    public static Task AddAsync(DbSession db, Guid organizationId, string kind, string value, Guid contactId, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into contact_alias (organization_id, kind, value, contact_id)
            values ({organizationId}, {kind}, {value}, {contactId})
            on conflict (organization_id, kind, value) do nothing
            """, ct);

    public static Task MoveAsync(DbSession db, Guid organizationId, string kind, string value, Guid contactId, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update contact_alias set contact_id = {contactId}
            where organization_id = {organizationId} and kind = {kind} and value = {value}
            """, ct);
}
