using Ezw.Foundation.Storage;

namespace Ezw.Live.Presence;

/// <summary>SQL that presence needs; presence itself is never stored.</summary>
internal static class PresenceStore
{
    public static async Task<Guid?> LineOfAsync(DbSession db, Guid organizationId, Guid conversationId, CancellationToken ct)
    {
        var lines = await db.QueryAsync(
            $"select line_id from conversation where organization_id = {organizationId} and id = {conversationId}",
            row => row.Uuid(0), ct);
        return lines is [var lineId] ? lineId : null;
    }

    /// <summary>Names of those who are members.</summary>
    public static async Task<Dictionary<Guid, string>> NamesAsync(
        DbSession db, Guid organizationId, IReadOnlyList<Guid> users, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", users).Uuid("user_id", id => id);
        return (await db.QueryAsync($"""
            select u.id, u.display_name from {rows}
            join membership m on m.organization_id = {organizationId} and m.user_id = r.user_id
            join user_account u on u.id = m.user_id
            """, row => (Id: row.Uuid(0), Name: row.GetString(1)), ct)).ToDictionary(one => one.Id, one => one.Name);
    }
}
