using System.Data.Common;
using Ezw.Foundation.Storage;

namespace Ezw.Identity.Members;

internal sealed record MemberRow(Guid UserId, string Email, string DisplayName, Role Role, long CreatedAt);

internal static class MemberStore
{
    private static readonly SqlText Select = new(
        """
        select m.user_id, u.email, u.display_name, m.role, m.created_at
        from membership m join user_account u on u.id = m.user_id
        """);

    /// <summary>By user id, which is by the time their accounts were made.</summary>
    public static Task<List<MemberRow>> ListAsync(
        DbSession db, Guid organizationId, Guid after, int limit, CancellationToken cancellationToken) => db.QueryAsync(
        $"{Select} where m.organization_id = {organizationId} and m.user_id > {after} order by m.user_id limit {(long)limit}",
        Read, cancellationToken);

    public static Task<MemberRow?> FindAsync(DbSession db, Guid organizationId, Guid userId, CancellationToken cancellationToken) =>
        db.FirstAsync($"{Select} where m.organization_id = {organizationId} and m.user_id = {userId}", Read, cancellationToken);

    public static async Task<bool> HasOtherOwnerAsync(
        DbSession db, Guid organizationId, Guid userId, CancellationToken cancellationToken) =>
        (await db.QueryAsync(
            $"""
            select 1 from membership
            where organization_id = {organizationId} and role = 'owner' and user_id <> {userId} limit 1
            """,
            _ => true, cancellationToken)).Count > 0;

    /// <summary>False if the user is a member already.</summary>
    public static async Task<bool> InsertAsync(
        DbSession db, Guid organizationId, Guid userId, Role role, long now, CancellationToken cancellationToken) => await db.ExecuteAsync(
        $"""
        insert into membership (organization_id, user_id, role, created_at) values ({organizationId}, {userId}, {role.Name()}, {now})
        on conflict (organization_id, user_id) do nothing
        """,
        cancellationToken) == 1;

    public static Task SetRoleAsync(DbSession db, Guid organizationId, Guid userId, Role role, CancellationToken cancellationToken) =>
        db.ExecuteAsync(
            $"update membership set role = {role.Name()} where organization_id = {organizationId} and user_id = {userId}",
            cancellationToken);

    public static Task DeleteAsync(DbSession db, Guid organizationId, Guid userId, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"delete from membership where organization_id = {organizationId} and user_id = {userId}", cancellationToken);

    private static MemberRow Read(DbDataReader row) => new(
        row.Uuid(0), row.GetString(1), row.GetString(2), Roles.Parse(row.GetString(3))!.Value, row.GetInt64(4));
}
