using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Lines;

/// <summary>
/// Opens lines by token. A hit is remembered for a moment, so that a busy integration costs no look-up per request; whoever writes
/// checks the token again inside the transaction, so a revoked one stores nothing, not even during that moment.
/// Times of use are gathered and stored every half minute: a crash loses at most that.
/// </summary>
internal sealed class LineTokens(Database database, TimeProvider time, ILogger<LineTokens> log) : BackgroundService
{
    private const int MaxRemembered = 10_000;
    private const long RememberMs = 1_000;
    private static readonly TimeSpan StoreUsesEvery = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Remembered> remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Guid, long> uses = new();

    /// <summary>The caller behind a bearer token, or null. May still say yes for a second after a rotation on another node.</summary>
    public async ValueTask<LineCaller?> OpenAsync(string token, CancellationToken ct)
    {
        var now = time.NowMs();
        if (remembered.TryGetValue(token, out var hit) && hit.Until > now)
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

    /// <summary>Called at a rotation, so that this node refuses the old token from the next request on.</summary>
    public void Forget() => remembered.Clear();

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
