using System.Security.Cryptography;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;

namespace Ezw.Identity.Tokens;

/// <summary>
/// The embedded directory's keys. The newest signs, every unretired one verifies. Whoever loads them makes the first, replaces one that
/// has served its time, and retires those whose last tokens are long over, all under one lock, so that any number of nodes agree.
/// </summary>
internal sealed class SigningKeys(Database database, SecretBox box, TimeProvider time) : IDisposable
{
    private const string Purpose = "signing-key";

    /// <summary>NIST SP 800-57 and the JOSE RFCs ask for at least 2048 bits with RS256.</summary>
    private const int KeyBits = 2048;

    private static readonly TimeSpan Service = TimeSpan.FromDays(90);

    /// <summary>Far longer than a token lives plus the time in which other nodes notice a new key.</summary>
    private static readonly TimeSpan Afterlife = TimeSpan.FromDays(1);

    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile Loaded? loaded;

    /// <summary>Newest first.</summary>
    public async ValueTask<IReadOnlyList<SigningKey>> AllAsync(CancellationToken cancellationToken)
    {
        if (loaded is { } fresh && time.GetUtcNow() - fresh.At < MaxAge)
            return fresh.Keys;
        return await LoadAsync(cancellationToken);
    }

    public async ValueTask<SigningKey> NewestAsync(CancellationToken cancellationToken) => (await AllAsync(cancellationToken))[0];

    public async Task<IReadOnlyList<SigningKey>> LoadAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            var rows = await StoredAsync(cancellationToken);
            if (NeedsKey(rows) || HasLeftovers(rows))
                rows = await database.WriteAsync(db => RenewAsync(db, cancellationToken), cancellationToken);
            loaded = new Loaded(rows.ConvertAll(Open), time.GetUtcNow());
            return loaded.Keys;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<List<SigningKeyRow>> StoredAsync(CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return await SigningKeyStore.UnretiredAsync(db, cancellationToken);
    }

    private bool NeedsKey(List<SigningKeyRow> rows) =>
        rows.Count == 0 || rows[0].CreatedAt <= (time.GetUtcNow() - Service).ToUnixTimeMilliseconds();

    private bool HasLeftovers(List<SigningKeyRow> rows) =>
        rows.Count > 1 && rows[0].CreatedAt < (time.GetUtcNow() - Afterlife).ToUnixTimeMilliseconds();

    private async Task<List<SigningKeyRow>> RenewAsync(DbSession db, CancellationToken cancellationToken)
    {
        await SigningKeyStore.LockAsync(db, cancellationToken);
        await SigningKeyStore.RetireReplacedAsync(
            db, (time.GetUtcNow() - Afterlife).ToUnixTimeMilliseconds(), time.NowMs(), cancellationToken);
        var rows = await SigningKeyStore.UnretiredAsync(db, cancellationToken);
        if (NeedsKey(rows))
            await SigningKeyStore.InsertAsync(db, Create(), cancellationToken);
        return await SigningKeyStore.UnretiredAsync(db, cancellationToken);
    }

    private SigningKeyRow Create()
    {
        using var rsa = RSA.Create(KeyBits);
        return new SigningKeyRow(Ids.New(time).ToString("N"), box.Seal(rsa.ExportPkcs8PrivateKey(), Purpose), time.NowMs(), null);
    }

    private SigningKey Open(SigningKeyRow row)
    {
        using var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(box.Open(row.PrivateKey, Purpose), out _);
        return new SigningKey(row.Id, rsa.ExportParameters(includePrivateParameters: true));
    }

    private sealed record Loaded(IReadOnlyList<SigningKey> Keys, DateTimeOffset At);
}
