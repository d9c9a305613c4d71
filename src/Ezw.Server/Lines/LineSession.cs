using System.Data.Common;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Providers;

namespace Ezw.Lines;

/// <summary>
/// The live side of one owned line: it compares what is wished with what the link does, and stores what the link reports, always
/// under its epoch. When a write turns out stale, another node owns the line and the link is closed without a further word.
/// </summary>
internal sealed class LineSession : ILineEventSink, IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly SessionTools tools;
    private readonly ILineLink link;
    private LifecycleState lifecycle;
    // The wish that was begun last. Kept when it ends: a wish that was read before the end must not begin it a second time.
    private long? pairingSince;
    private bool pairing;
    private long conflictSince;
    private bool conflicted;
    private bool started;
    private bool connected;
    private bool closed;

    public LineSession(OwnedLine owned, IProvider provider, SessionTools tools)
    {
        this.tools = tools;
        Key = new LineKey(owned.Line.OrganizationId, owned.Line.Id, owned.Epoch);
        lifecycle = owned.Line.Lifecycle;
        link = provider.Open(new LinkDescriptor(Key.OrganizationId, Key.LineId, Key.Epoch, owned.Line.Identity), this);
    }

    public LineKey Key { get; }

    /// <summary>This session's own link is up. What the line's state says may be a former owner's word.</summary>
    public bool IsConnected => !closed && connected;

    public LifecycleState Lifecycle => lifecycle;

    public ILineLink Link => link;

    /// <summary>Makes one wish true after the other. Safe to repeat.</summary>
    public async Task ReconcileAsync(OwnedLine wanted, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (closed)
                return;
            if (wanted.Line.LogoutRequestedAt is not null)
            {
                await LogoutAsync(cancellationToken);
                return;
            }
            if (wanted.Line.Lifecycle != LifecycleState.Archived)
                await PairAsync(wanted, cancellationToken);
            if (wanted.Line.ShouldRun && MayStart(wanted.Line.Lifecycle))
                await StartAsync(cancellationToken);
            else if (!wanted.Line.ShouldRun && wanted.Pairing is not { State: "requested" or "offered" } && SeemsUp(wanted.Line))
                await StopAsync(cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task PublishAsync(LineEvent happened, CancellationToken cancellationToken)
    {
        if (closed)
            throw new OperationCanceledException("The line has another owner.");
        try
        {
            if (await StoreAsync(happened, cancellationToken))
                return;
            EndFenced();
            // Not as if it had been stored: it must not be acknowledged, and comes to the line's owner then.
            throw new StaleEpochException();
        }
        catch (DbException refusal)
        {
            // The database is there and refuses this one event; repeating it for ever would silence the line.
            tools.Log.LogError(
                refusal, "Line {LineId}: a {Event} could not be stored and is passed over", Key.LineId, happened.GetType().Name);
        }
    }

    private async Task<bool> StoreAsync(LineEvent happened, CancellationToken cancellationToken) =>
        happened switch
        {
            LinkStateChanged change => await ReportAsync(change, cancellationToken),
            QrOffered qr => await ReportAsync(
                Report(qr, LifecycleState.Pairing) with { Pairing = new("offered", Sealed(qr.Payload), null, Ms(qr.ExpiresAt)) },
                cancellationToken),
            PairingCodeOffered code => await ReportAsync(
                Report(code, LifecycleState.Pairing) with { Pairing = new("offered", null, Sealed(code.Code), Ms(code.ExpiresAt)) },
                cancellationToken),
            PairingEnded ended => await ReportAsync(
                Report(ended, AfterPairing) with { Reason = ended.Reason, Pairing = new(ended.Reason) }, cancellationToken),
            LinePaired paired => await ReportAsync(paired, cancellationToken),
            _ => await tools.Traffic.TakeAsync(Key, happened, cancellationToken),
        };

    /// <summary>Closes the link; what it still says is not stored.</summary>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        await link.DisposeAsync();
    }

    // A former owner may have died before it could say that it stopped.
    private bool SeemsUp(Line told) => started || (told.Identity is not null && told.Lifecycle
        is LifecycleState.Connecting or LifecycleState.Connected or LifecycleState.Reconnecting or LifecycleState.Restricted);

    private LifecycleState AfterPairing => started ? lifecycle : LifecycleState.Created;

    private bool MayStart(LifecycleState wanted) => wanted switch
    {
        LifecycleState.Failed or LifecycleState.EngineOutdated or LifecycleState.Archived => false,
        // A person's wish, which need not wait.
        LifecycleState.Connecting => !started,
        // Somebody else took the session. We still hold the lease, so try again, but never in a ping-pong. What the wish was read beside
        // may be older than what this session has just heard.
        _ when wanted == LifecycleState.Conflict || conflicted =>
            tools.Time.GetElapsedTime(conflictSince).TotalMilliseconds >= tools.Options.ConflictBackoffMs,
        _ => !started,
    };

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        started = true;
        try
        {
            await link.StartAsync(cancellationToken);
        }
        catch
        {
            started = false;
            throw;
        }
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        started = false;
        await link.StopAsync(cancellationToken);
        await ReportAsync(Report(LifecycleState.Stopped), cancellationToken);
    }

    private async Task LogoutAsync(CancellationToken cancellationToken)
    {
        started = false;
        await link.LogoutAsync(cancellationToken);
        await ReportAsync(
            Report(LifecycleState.LoggedOut) with { Reason = "requested", Link = new(null, null, null) },
            cancellationToken);
    }

    private async Task PairAsync(OwnedLine wanted, CancellationToken cancellationToken)
    {
        if (pairing && wanted.Pairing is { State: "canceled" } gone && gone.RequestedAt == pairingSince)
        {
            pairing = false;
            await link.CancelPairingAsync(cancellationToken);
            await ReportAsync(Report(AfterPairing), cancellationToken);
        }
        // An offer of a former owner died with its session, so "offered" begins anew here.
        if (wanted.Pairing is { State: "requested" or "offered" } wish && wish.RequestedAt != pairingSince)
        {
            pairingSince = wish.RequestedAt;
            pairing = true;
            await link.BeginPairingAsync(
                new PairingRequest(wish.Method == "code" ? PairingMethod.Code : PairingMethod.Qr, wish.PhoneNumber), cancellationToken);
        }
    }

    private Task<bool> ReportAsync(LinePaired paired, CancellationToken cancellationToken)
    {
        started = true;
        pairing = false;
        return ReportAsync(
            Report(paired, LifecycleState.Connecting) with
            {
                Pairing = new("paired"),
                Link = new(paired.Identity.PhoneNumber, paired.Identity.Lid, paired.Identity.DeviceId),
            },
            cancellationToken);
    }

    private Task<bool> ReportAsync(LinkStateChanged change, CancellationToken cancellationToken)
    {
        var next = change.State switch
        {
            LinkState.Connecting or LinkState.Reconnecting when lifecycle is LifecycleState.Connected or LifecycleState.Reconnecting =>
                LifecycleState.Reconnecting,
            LinkState.Connecting or LinkState.Reconnecting => LifecycleState.Connecting,
            LinkState.Connected => LifecycleState.Connected,
            LinkState.Restricted => LifecycleState.Restricted,
            LinkState.Conflict => LifecycleState.Conflict,
            LinkState.LoggedOut => LifecycleState.LoggedOut,
            LinkState.EngineOutdated => LifecycleState.EngineOutdated,
            LinkState.Failed => LifecycleState.Failed,
            LinkState.Stopped => LifecycleState.Stopped,
            _ => throw new InvalidOperationException($"Unknown link state {change.State}."),
        };
        if (next == LifecycleState.Conflict)
            conflictSince = tools.Time.GetTimestamp();
        conflicted = next == LifecycleState.Conflict;
        started = next is LifecycleState.Connecting or LifecycleState.Reconnecting or LifecycleState.Connected or LifecycleState.Restricted;
        var report = Report(change, next) with { Reason = change.Reason, RestrictedUntil = change.Until is { } until ? Ms(until) : null };
        return ReportAsync(next == LifecycleState.LoggedOut ? report with { Link = new(null, null, null) } : report, cancellationToken);
    }

    private async Task<bool> ReportAsync(LineReport report, CancellationToken cancellationToken)
    {
        if (!await tools.Commits.CommitAsync(tools.Reports, report, cancellationToken))
            return false;
        if (report.Lifecycle is { } stored)
            (lifecycle, connected) = (stored, stored == LifecycleState.Connected);
        if (report.Lifecycle == LifecycleState.Connected)
            tools.Traffic.Connected(Key);
        return true;
    }

    private void EndFenced()
    {
        tools.Log.LogWarning("Line {LineId} has another owner since epoch {Epoch}; its session ends here", Key.LineId, Key.Epoch);
        closed = true;
        // Not awaited: the link waits for this event to be taken before it can close.
        _ = Task.Run(async () => await link.DisposeAsync());
    }

    private LineReport Report(LifecycleState next) => new(Key.OrganizationId, Key.LineId, Key.Epoch, tools.Time.NowMs(), next);

    private LineReport Report(LineEvent happened, LifecycleState next) =>
        new(Key.OrganizationId, Key.LineId, Key.Epoch, Ms(happened.At), next);

    private string Sealed(string offer) => tools.Seals.Seal(Key.LineId, offer);

    private static long Ms(DateTimeOffset at) => at.ToUnixTimeMilliseconds();
}

/// <summary>What every session needs; one instance for all of them.</summary>
internal sealed record SessionTools(
    CommitQueue Commits, LineReportStore Reports, PairingSeals Seals, ILineTraffic Traffic, TimeProvider Time, LineOptions Options,
    ILogger Log);
