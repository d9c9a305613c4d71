using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Tokens;

/// <summary>
/// Public keys by id, fetched again when they grow old or an unknown id shows up, but never more often than the issuer allows: anyone
/// can invent key ids. A failed fetch leaves the keys that are known; an id that stays unknown is refused.
/// </summary>
internal sealed class KeyCache(
    TimeProvider time, TimeSpan maxAge, TimeSpan minInterval,
    Func<CancellationToken, Task<IReadOnlyList<RsaSecurityKey>?>> fetch) : IDisposable
{
    /// <summary>With no key at all nobody can work, so the source is asked sooner again.</summary>
    private static readonly TimeSpan EmptyRetry = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile FrozenDictionary<string, RsaSecurityKey> keys = FrozenDictionary<string, RsaSecurityKey>.Empty;
    private DateTimeOffset fetchedAt = DateTimeOffset.MinValue;
    private DateTimeOffset triedAt = DateTimeOffset.MinValue;

    public async ValueTask<RsaSecurityKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (keys.TryGetValue(keyId, out var known) && !IsOld)
            return known;
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (MayFetch(keyId))
                await FetchAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
        return keys.GetValueOrDefault(keyId);
    }

    public void Dispose() => turn.Dispose();

    private bool IsOld => time.GetUtcNow() - fetchedAt >= maxAge;

    private bool MayFetch(string keyId)
    {
        var wait = keys.Count == 0 ? EmptyRetry : minInterval;
        return (IsOld || !keys.ContainsKey(keyId)) && time.GetUtcNow() - triedAt >= wait;
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        triedAt = time.GetUtcNow();
        if (await fetch(cancellationToken) is not { } fetched)
            return;
        keys = fetched.ToFrozenDictionary(key => key.KeyId);
        fetchedAt = triedAt;
    }
}
