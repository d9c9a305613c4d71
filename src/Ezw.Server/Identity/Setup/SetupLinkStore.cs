using Ezw.Foundation.Storage;

namespace Ezw.Identity.Setup;

internal static class SetupLinkStore
{
    /// <summary>The newest link is the only one.</summary>
    public static async Task ReplaceAsync(DbSession db, byte[] hash, long expiresAt, CancellationToken cancellationToken)
    {
        await db.ExecuteAsync($"delete from setup_link", cancellationToken);
        await db.ExecuteAsync($"insert into setup_link (token_hash, expires_at) values ({hash}, {expiresAt})", cancellationToken);
    }

    public static async Task<bool> IsLiveAsync(DbSession db, byte[] hash, long now, CancellationToken cancellationToken) =>
        (await db.QueryAsync(
            $"select 1 from setup_link where token_hash = {hash} and used_at is null and expires_at > {now}", _ => true, cancellationToken))
        .Count > 0;

    /// <summary>True for the one caller who uses it.</summary>
    public static async Task<bool> UseAsync(DbSession db, byte[] hash, long now, CancellationToken cancellationToken) =>
        await db.ExecuteAsync(
            $"update setup_link set used_at = {now} where token_hash = {hash} and used_at is null and expires_at > {now}",
            cancellationToken) == 1;

    public static Task SweepAsync(DbSession db, long now, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"delete from setup_link where expires_at < {now}", cancellationToken);
}
