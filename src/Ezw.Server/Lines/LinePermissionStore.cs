using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Lines;

/// <summary>SQL of who may see and operate a line.</summary>
internal static class LinePermissionStore
{
    public static Task<List<LinePermissionView>> ListAsync(
        DbSession db, Guid organizationId, Guid lineId, long limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select u.id, u.email, p.level from line_permission p join user_account u on u.id = p.user_id
            where p.organization_id = {organizationId} and p.line_id = {lineId} order by u.email limit {limit}
            """, row => new LinePermissionView(row.Uuid(0), row.GetString(1), row.GetString(2)), ct);

    /// <summary>Grants to a member of the organization; 0 when the user is not one.</summary>
    public static Task<int> PutAsync(DbSession db, Guid organizationId, Guid lineId, Guid userId, string level, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into line_permission (organization_id, line_id, user_id, level)
            select m.organization_id, {lineId}, m.user_id, {level} from membership m
            where m.organization_id = {organizationId} and m.user_id = {userId}
            on conflict (organization_id, line_id, user_id) do update set level = excluded.level
            """, ct);

    public static Task<int> DeleteAsync(DbSession db, Guid organizationId, Guid lineId, Guid userId, CancellationToken ct) =>
        db.ExecuteAsync($"""
            delete from line_permission where organization_id = {organizationId} and line_id = {lineId} and user_id = {userId}
            """, ct);
}
