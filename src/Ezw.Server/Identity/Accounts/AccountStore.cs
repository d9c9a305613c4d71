using System.Data.Common;
using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Identity.Accounts;

internal static class AccountStore
{
    private static readonly SqlText Columns = new("id, email, display_name, password_hash, password_expires_at, disabled_at");

    public static Task<Account?> FindByEmailAsync(DbSession db, string email, CancellationToken cancellationToken) =>
        db.FirstAsync($"select {Columns} from user_account where email = {email}", Read, cancellationToken);

    public static Task<Account?> FindAsync(DbSession db, Guid id, CancellationToken cancellationToken) =>
        db.FirstAsync($"select {Columns} from user_account where id = {id}", Read, cancellationToken);

    public static async Task<bool> AnyAsync(DbSession db, CancellationToken cancellationToken) =>
        (await db.QueryAsync($"select 1 from user_account limit 1", _ => true, cancellationToken)).Count > 0;

    /// <summary>False if the address has an account already.</summary>
    public static async Task<bool> InsertAsync(DbSession db, Account account, long now, CancellationToken cancellationToken) =>
        await db.ExecuteAsync(
            $"""
            insert into user_account (id, email, display_name, password_hash, password_expires_at, sessions_since, created_at)
            values ({account.Id}, {account.Email}, {account.DisplayName}, {account.PasswordHash}, {account.PasswordExpiresAt}, 0, {now})
            on conflict (email) do nothing
            """,
            cancellationToken) == 1;

    public static Task SetPasswordAsync(DbSession db, Guid id, string hash, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"update user_account set password_hash = {hash}, password_expires_at = null where id = {id}", cancellationToken);

    /// <summary>Voids the tokens of every login before the given time.</summary>
    public static Task EndSessionsAsync(DbSession db, Guid id, long since, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"update user_account set sessions_since = {since} where id = {id}", cancellationToken);

    /// <summary>Ties an account to the issuer's subject, unless it is tied to one already.</summary>
    public static async Task<bool> BindAsync(DbSession db, string email, string externalSubject, CancellationToken cancellationToken) =>
        await db.ExecuteAsync(
            $"update user_account set external_subject = {externalSubject} where email = {email} and external_subject is null",
            cancellationToken) == 1;

    /// <summary>The oldest membership first.</summary>
    public static Task<List<UserOrganization>> OrganizationsAsync(DbSession db, Guid id, CancellationToken cancellationToken) =>
        db.QueryAsync($"""
        select o.id, o.name, m.role from membership m join organization o on o.id = m.organization_id
        where m.user_id = {id} order by m.created_at, o.id
        """,
        row => new UserOrganization(row.Uuid(0), row.GetString(1), row.GetString(2)), cancellationToken);

    private static Account Read(DbDataReader row) => new(
        row.Uuid(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.NumberOrNull(4), row.NumberOrNull(5));
}
