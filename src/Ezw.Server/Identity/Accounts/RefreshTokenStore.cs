using Ezw.Foundation.Storage;

namespace Ezw.Identity.Accounts;

internal static class RefreshTokenStore
{
    /// <summary>Held until commit.</summary>
    public static Task<RefreshToken?> LockAsync(DbSession db, byte[] hash, CancellationToken cancellationToken) => db.FirstAsync(
        $"""
        select token_hash, user_id, family_id, authenticated_at, created_at, used_at, revoked_at
        from refresh_token where token_hash = {hash}{db.Dialect.ForUpdate}
        """,
        row => new RefreshToken(
            row.GetFieldValue<byte[]>(0), row.Uuid(1), row.Uuid(2), row.GetInt64(3), row.GetInt64(4),
            row.NumberOrNull(5), row.NumberOrNull(6)),
        cancellationToken);

    public static Task InsertAsync(DbSession db, RefreshToken token, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"""
        insert into refresh_token (token_hash, user_id, family_id, authenticated_at, created_at, expires_at)
        values ({token.Hash}, {token.UserId}, {token.FamilyId}, {token.AuthenticatedAt}, {token.CreatedAt}, {token.ExpiresAt})
        """,
        cancellationToken);

    /// <summary>The first use counts: a second one within the grace does not prolong it.</summary>
    public static Task SpendAsync(DbSession db, byte[] hash, long now, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"update refresh_token set used_at = {now} where token_hash = {hash} and used_at is null", cancellationToken);

    public static Task RevokeFamilyAsync(DbSession db, Guid familyId, long now, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"update refresh_token set revoked_at = {now} where family_id = {familyId} and revoked_at is null", cancellationToken);

    public static Task RevokeAllAsync(DbSession db, Guid userId, long now, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"update refresh_token set revoked_at = {now} where user_id = {userId} and revoked_at is null", cancellationToken);

    public static Task SweepAsync(DbSession db, long now, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"delete from refresh_token where expires_at < {now}", cancellationToken);
}
