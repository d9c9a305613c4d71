using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Lines;

/// <summary>
/// Opens lines by token. For routes that check the token again inside their transaction a hit is remembered for a moment, so that a busy
/// integration costs no look-up per request; a revoked token stores nothing even then, and reads nothing at all.
/// Times of use are gathered and stored every half minute: a crash loses at most that.
/// </summary>
internal sealed class LineTokens(Database database, TimeProvider time, ILogger<LineTokens> log) : BackgroundService
{
    private const int MaxRemembered = 10_000;
    private const long RememberMs = 1_000;
    private static readonly TimeSpan StoreUsesEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Remembered> remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, long> uses = new();

    /// <summary>The caller behind a bearer token, or null.</summary>
    /// <param name="mayRemember">The answer may be a second old.</param>
    public async ValueTask<LineCaller?> OpenAsync(string token, bool mayRemember, CancellationToken ct)
    {
        var now = time.NowMs();
        if (mayRemember && remembered.TryGetValue(token, out var hit) && hit.Until > now)
            return Used(hit.Caller, now);
        if (!LineToken.IsWellFormed(token))
            return null;
        await using var db = await database.ReadAsync(ct);
        var caller = await LineTokenStore.FindAsync(db, LineToken.Hash(token), now, ct);
        if (caller is null)
        {
            remembered.TryRemove(token, out _);
            return null;
        }
        if (remembered.Count >= MaxRemembered)
            remembered.Clear();
        remembered[token] = new Remembered(caller, now + RememberMs);
        return Used(caller, now);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Token use", time, log).RunAsync(
        StoreUsesAsync, ct => Task.Delay(StoreUsesEvery, time, ct), stoppingToken);

    private async Task StoreUsesAsync(CancellationToken ct)
    {
        var gathered = uses.ToArray();
        if (gathered.Length == 0)
            return;
        await database.WriteAsync(db => LineTokenStore.TouchAsync(db, gathered, ct), ct);
        foreach (var use in gathered)
            uses.TryRemove(use);
    }

    private LineCaller Used(LineCaller caller, long now)
    {
        uses[caller.TokenId] = now;
        return caller;
    }

    private sealed record Remembered(LineCaller Caller, long Until);
}
