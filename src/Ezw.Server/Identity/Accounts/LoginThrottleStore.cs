using Ezw.Foundation.Storage;

namespace Ezw.Identity.Accounts;

internal sealed record FailedLogins(long Failures, long BlockedUntil, long UpdatedAt);

internal static class LoginThrottleStore
{
    /// <summary>The address's row, made if need be, and held until commit.</summary>
    public static async Task<FailedLogins> LockAsync(DbSession db, byte[] key, long now, CancellationToken cancellationToken)
    {
        await db.ExecuteAsync(
            $"""
            insert into login_throttle (email_hash, failures, blocked_until, updated_at) values ({key}, 0, 0, {now})
            on conflict (email_hash) do nothing
            """,
            cancellationToken);
        return (await db.FirstAsync(
            $"select failures, blocked_until, updated_at from login_throttle where email_hash = {key}{db.Dialect.ForUpdate}",
            row => new FailedLogins(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken))!;
    }

    public static Task CountAsync(
        DbSession db, byte[] key, long failures, long blockedUntil, long now, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"""
        update login_throttle set failures = {failures}, blocked_until = {blockedUntil}, updated_at = {now} where email_hash = {key}
        """,
        cancellationToken);

    public static Task ForgetAsync(DbSession db, byte[] key, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"delete from login_throttle where email_hash = {key}", cancellationToken);

    public static Task SweepAsync(DbSession db, long updatedBefore, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"delete from login_throttle where updated_at < {updatedBefore}", cancellationToken);
}
