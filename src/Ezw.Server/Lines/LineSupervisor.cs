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

    /// <summary>A hint that any line may have something to do.</summary>
    private static readonly Guid AllLines = Guid.Empty;

    /// <summary>Reconciling in parallel: enough to start thousands of lines in seconds, few enough to leave the pool alone.</summary>
    private const int MaxParallel = 64;

    /// <summary>Dead nodes are kept a day for whoever wonders what happened.</summary>
    private const long KeepNodesMs = 24 * 60 * 60 * 1000;

    private readonly Dictionary<string, IProvider> providers = providers.ToDictionary(p => p.Kind);
    private readonly ConcurrentDictionary<Guid, LineSession> sessions = new();
    private long fullPassAt = long.MinValue;

    public bool TryGet(Guid lineId, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out LineSession? session) =>
        sessions.TryGetValue(lineId, out session);

    /// <summary>A picture of the sessions held now, for metrics and for the send worker's own look around.</summary>
    public IEnumerable<LineSession> Sessions => sessions.Values;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var watchdog = time.CreateTimer(_ => EndUntrusted(), null, WatchdogInterval, WatchdogInterval);
        var hints = wakeups.Listen(Topic);
        // The folder lock says that no other server uses this SQLite file, so whoever is still listed as a node is dead.
        if (database.Dialect.Kind == DatabaseKind.Sqlite)
            await database.WriteAsync(db => LineOwnerStore.ForgetNodesAsync(db, stoppingToken), stoppingToken);
        // Apart from each other: a line that is slow to connect must not cost this node its lease.
        await Task.WhenAll(
            new WorkLoop("Lease renewal", time, log).RunAsync(RenewAsync, ct => DelayAsync(Heartbeat - lease.Age, ct), stoppingToken),
            new WorkLoop("Line supervision", time, log).RunAsync(
                ct => PassAsync(hints, ct),
                ct => WorkLoop.IntervalOrAsync(hints, Heartbeat - time.GetElapsedTime(fullPassAt), time, ct), stoppingToken));
        await LeaveAsync();
    }

    private TimeSpan Heartbeat => TimeSpan.FromMilliseconds(options.Value.HeartbeatMs);

    private TimeSpan WatchdogInterval => TimeSpan.FromMilliseconds(Math.Max(20, options.Value.LeaseMs / 20));

    private async Task RenewAsync(CancellationToken ct)
    {
        EndUntrusted();
        var fresh = lease.IsLost;
        var sentAt = time.GetTimestamp();
        await database.WriteAsync(async db =>
        {
            await LineOwnerStore.HeartbeatAsync(db, lease.NodeId, lease.Name, lease.StartedAt, options.Value.LeaseMs, ct);
            if (fresh)
                await LineOwnerStore.ForfeitAsync(db, lease.NodeId, ct);
        }, ct);
        if (!lease.Renew(sentAt, fresh))
            EndUntrusted();
        else if (fresh)
            wakeups.Deliver(Topic, AllLines);
    }

    private Task DelayAsync(TimeSpan wait, CancellationToken ct) => wait > TimeSpan.Zero ? Task.Delay(wait, time, ct) : Task.CompletedTask;

    private async Task PassAsync(ChannelReader<Guid> hints, CancellationToken ct)
    {
        var lines = new HashSet<Guid>();
        while (lines.Count < MaxParallel && hints.TryRead(out var lineId))
            lines.Add(lineId);
        var full = fullPassAt == long.MinValue || time.GetElapsedTime(fullPassAt) >= Heartbeat || lines.Contains(AllLines);
        if (full)
            fullPassAt = time.GetTimestamp();
        if (!lease.Trusted)
            return;
        // An unknown line may be a new one, or one that another node hands over.
        var claimed = (full || lines.Any(lineId => !sessions.ContainsKey(lineId))) && await BalanceAsync(ct);
        if (full || claimed)
            await ReconcileAsync(null, ct);
        else
            foreach (var lineId in lines)
                await ReconcileAsync(lineId, ct);
    }

    /// <returns>Whether lines were taken.</returns>
    private async Task<bool> BalanceAsync(CancellationToken ct)
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
        return claimed > 0;
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
            // The watchdog may have looked just before this session was there.
            if (!lease.Trusted)
                await EndAsync(session);
            else
                await session.ReconcileAsync(owned, ct).WaitAsync(Heartbeat, time, ct);
        }
        catch (TimeoutException)
        {
            log.LogWarning("Line {LineId} takes long to reconcile; the others go on meanwhile", owned.Line.Id);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // One line's trouble must not keep the others from their node; the next pass tries again.
            log.LogError(failure, "Line {LineId} could not be reconciled", owned.Line.Id);
        }
    }

    private Task EndLostAsync(Dictionary<Guid, long> owned) => Task.WhenAll(sessions.Values
        .Where(s => !owned.TryGetValue(s.Key.LineId, out var epoch) || epoch != s.Key.Epoch).Select(EndAsync));

    private void EndUntrusted()
    {
        if (lease.Trusted)
            return;
        lease.Lost();
        if (sessions.IsEmpty)
            return;
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
        var leaving = sessions.Values.ToList();
        try
        {
            await ReleaseAsync(leaving, CancellationToken.None);
            await database.WriteAsync(db => LineOwnerStore.LeaveAsync(db, lease.NodeId, CancellationToken.None), CancellationToken.None);
        }
        catch (System.Data.Common.DbException failure)
        {
            log.LogWarning(failure, "The lines could not be handed over; others take them when the lease ends");
        }
        foreach (var session in leaving)
            wakeups.Wake(Topic, session.Key.LineId);
    }
}
