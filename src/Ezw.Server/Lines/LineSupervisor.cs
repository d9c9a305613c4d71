using System.Collections.Concurrent;
using System.Threading.Channels;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;
using Microsoft.Extensions.Options;

namespace Ezw.Lines;

/// <summary>
/// Keeps this node's lease, takes its fair share of the lines whose owner is gone, and holds one session per owned line.
/// When the lease can no longer be trusted every session is closed at once, before another node may open its own:
/// WhatsApp allows one live session per device, and two can cost the customer the pairing.
/// </summary>
internal sealed class LineSupervisor(
    Database database, NodeLease lease, Wakeups wakeups, IEnumerable<IProvider> providers, SessionTools tools,
    IOptions<LineOptions> options, TimeProvider time, ILogger<LineSupervisor> log) : BackgroundService
{
    public const string Topic = "line";

    /// <summary>Reconciling in parallel: enough to start thousands of lines in seconds, few enough to leave the pool alone.</summary>
    private const int MaxParallel = 64;

    /// <summary>Dead nodes are kept a day for whoever wonders what happened.</summary>
    private const long KeepNodesMs = 24 * 60 * 60 * 1000;

    private readonly Dictionary<string, IProvider> providers = providers.ToDictionary(p => p.Kind);
    private readonly ConcurrentDictionary<Guid, LineSession> sessions = new();

    public bool TryGet(Guid lineId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LineSession? session) =>
        sessions.TryGetValue(lineId, out session);

    /// <summary>A picture of the sessions held now, for metrics and for the send worker's own look around.</summary>
    public IEnumerable<LineSession> Sessions => sessions.Values;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watchdog = time.CreateTimer(_ => EndUntrusted(), null, WatchdogInterval, WatchdogInterval);
        var hints = wakeups.Listen(Topic);
        var heartbeat = TimeSpan.FromMilliseconds(options.Value.HeartbeatMs);
        // The folder lock says that no other server uses this SQLite file, so whoever is still listed as a node is dead.
        if (database.Dialect.Kind == DatabaseKind.Sqlite)
            await database.WriteAsync(db => LineOwnerStore.ForgetNodesAsync(db, stoppingToken), stoppingToken);
        await new WorkLoop("Line supervision", time, log).RunAsync(
            ct => lease.Trusted && lease.Age < heartbeat ? HintedPassAsync(hints, ct) : FullPassAsync(ct),
            ct => WorkLoop.IntervalOrAsync(hints, heartbeat - lease.Age, time, ct), stoppingToken);
        await LeaveAsync();
    }

    private TimeSpan WatchdogInterval => TimeSpan.FromMilliseconds(Math.Max(20, options.Value.LeaseMs / 20));

    private async Task FullPassAsync(CancellationToken ct)
    {
        EndUntrusted();
        var sentAt = time.GetTimestamp();
        await database.WriteAsync(
            db => LineOwnerStore.HeartbeatAsync(db, lease.NodeId, lease.Name, lease.StartedAt, options.Value.LeaseMs, ct), ct);
        lease.Renewed(sentAt);
        await BalanceAsync(ct);
        await ReconcileAsync(null, ct);
    }

    private async Task BalanceAsync(CancellationToken ct)
    {
        var (claimed, excess) = await database.WriteAsync(async db =>
        {
            await LineOwnerStore.SweepAsync(db, KeepNodesMs, ct);
            var (nodes, lines) = await LineOwnerStore.LoadAsync(db, ct);
            var share = (lines + nodes - 1) / Math.Max(1, nodes);
            var free = share - sessions.Count;
            return (free > 0 ? await LineOwnerStore.ClaimAsync(db, lease.NodeId, free, ct) : 0, -free);
        }, ct);
        if (claimed > 0)
            await tools.Traffic.TakenOverAsync(lease.NodeId, ct);
        if (excess > 0)
            await ReleaseAsync([.. sessions.Values.Take((int)excess)], ct);
    }

    private async Task ReconcileAsync(Guid? lineId, CancellationToken ct)
    {
        List<OwnedLine> owned;
        await using (var db = await database.ReadAsync(ct))
            owned = await LineStore.OwnedAsync(db, lease.NodeId, lineId, ct);
        if (lineId is null)
            await EndLostAsync(owned.ToDictionary(o => o.Line.Id, o => o.Epoch));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = ct };
        await Parallel.ForEachAsync(owned, parallel, ReconcileOneAsync);
    }

    private async ValueTask ReconcileOneAsync(OwnedLine owned, CancellationToken ct)
    {
        if (!lease.Trusted)
            return;
        if (!providers.TryGetValue(owned.Line.Provider, out var provider))
        {
            log.LogError("Line {LineId} needs the provider {Provider}, which is not here", owned.Line.Id, owned.Line.Provider);
            return;
        }
        if (sessions.TryGetValue(owned.Line.Id, out var known) && known.Key.Epoch != owned.Epoch)
            await EndAsync(known);
        var session = sessions.GetOrAdd(owned.Line.Id, _ => new LineSession(owned, provider, tools));
        try
        {
            await session.ReconcileAsync(owned, ct);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One line's trouble must not keep the others from their node; the next pass tries again.
            log.LogError(failure, "Line {LineId} could not be reconciled", owned.Line.Id);
        }
    }

    /// <summary>API requests hint at the line they changed, so that its owner need not wait for the next full pass.</summary>
    private async Task HintedPassAsync(ChannelReader<Guid> hints, CancellationToken ct)
    {
        var lines = new HashSet<Guid>();
        while (lines.Count < MaxParallel && hints.TryRead(out var lineId))
            lines.Add(lineId);
        if (lines.Any(lineId => !sessions.ContainsKey(lineId)))
            await BalanceAsync(ct);
        foreach (var lineId in lines)
            await ReconcileAsync(lineId, ct);
    }

    private async Task EndLostAsync(Dictionary<Guid, long> owned)
    {
        foreach (var session in sessions.Values.Where(s => !owned.TryGetValue(s.Key.LineId, out var epoch) || epoch != s.Key.Epoch))
            await EndAsync(session);
    }

    private void EndUntrusted()
    {
        if (lease.Trusted || sessions.IsEmpty)
            return;
        lease.Lost();
        log.LogWarning("This node's lease can no longer be trusted; its {Count} sessions end now", sessions.Count);
        foreach (var session in sessions.Values)
            _ = EndAsync(session);
    }

    private async Task EndAsync(LineSession session)
    {
        sessions.TryRemove(KeyValuePair.Create(session.Key.LineId, session));
        await session.DisposeAsync();
    }

    /// <summary>Hands lines over: first the socket closes, then the row is free.</summary>
    private async Task ReleaseAsync(IReadOnlyList<LineSession> leaving, CancellationToken ct)
    {
        await Task.WhenAll(leaving.Select(EndAsync));
        await database.WriteAsync(
            db => LineOwnerStore.ReleaseAsync(db, lease.NodeId, [.. leaving.Select(s => (s.Key.LineId, s.Key.Epoch))], ct), ct);
    }

    private async Task LeaveAsync()
    {
        await ReleaseAsync([.. sessions.Values], CancellationToken.None);
        await database.WriteAsync(db => LineOwnerStore.LeaveAsync(db, lease.NodeId, CancellationToken.None), CancellationToken.None);
    }
}
