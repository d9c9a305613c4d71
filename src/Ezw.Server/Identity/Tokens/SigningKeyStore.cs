using Ezw.Foundation.Storage;

namespace Ezw.Identity.Tokens;

internal static class SigningKeyStore
{
    private const long LockKey = 0x657a776b;

    /// <summary>Held to the end of the transaction: of several nodes that find no key, one makes it and the others read it.</summary>
    public static async Task LockAsync(DbSession db, CancellationToken cancellationToken)
    {
        if (db.Dialect.Kind == DatabaseKind.Postgres)
            await db.QueryAsync($"select pg_advisory_xact_lock({LockKey})", _ => 0, cancellationToken);
    }

    /// <summary>Newest first.</summary>
    public static Task<List<SigningKeyRow>> UnretiredAsync(DbSession db, CancellationToken cancellationToken) => db.QueryAsync(
        $"""
        select id, private_key, created_at, retired_at from signing_key
        where retired_at is null order by created_at desc, id desc
        """,
        row => new SigningKeyRow(row.GetString(0), row.GetFieldValue<byte[]>(1), row.GetInt64(2), row.NumberOrNull(3)), cancellationToken);

    public static Task InsertAsync(DbSession db, SigningKeyRow key, CancellationToken cancellationToken) => db.ExecuteAsync(
        $"insert into signing_key (id, private_key, created_at) values ({key.Id}, {key.PrivateKey}, {key.CreatedAt})", cancellationToken);

    /// <summary>Retires every key that was replaced before the given time.</summary>
    public static Task RetireReplacedAsync(DbSession db, long replacedBefore, long now, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"""
        update signing_key set retired_at = {now}
        where retired_at is null
          and exists (select 1 from signing_key n where n.created_at > signing_key.created_at and n.created_at < {replacedBefore})
        """,
        cancellationToken);
}
