using Ezw.Client;
using Ezw.Web.Inbox;
using Ezw.Web.Live;

namespace Ezw.Web.Lines;

/// <summary>
/// Follows the pairing of one line: read again when the live feed hints at it, and every second, because codes are replaced and the feed
/// may be cut off.
/// </summary>
public sealed class PairingWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>A request that nobody has taken up for so long: the line's server is away, or cannot speak for this kind of line.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly WorkspaceClient api;
    private readonly LiveFeed live;
    private readonly TimeProvider time;
    private readonly Guid lineId;
    private readonly Rereader rereader;
    private readonly ITimer timer;
    private DateTimeOffset requestedAt;

    public PairingWatch(WorkspaceClient api, LiveFeed live, TimeProvider time, Guid lineId)
    {
        (this.api, this.live, this.time, this.lineId) = (api, live, time, lineId);
        rereader = new Rereader(ReadAsync, TimeSpan.Zero, time);
        live.Changed += Heard;
        timer = time.CreateTimer(_ => Tick(), null, Every, Every);
    }

    /// <summary>Null until one was begun or found.</summary>
    public PairingView? Now { get; private set; }

    /// <summary>Seconds until what is offered ends; null when nothing is, or the clocks of browser and server are apart.</summary>
    public int? SecondsLeft => Now is { State: "offered", ExpiresAt: { } end } && end - time.GetUtcNow() is var left
        && left > TimeSpan.Zero && left < TimeSpan.FromMinutes(5)
        ? (int)Math.Ceiling(left.TotalSeconds)
        : null;

    public bool IsOpen => Now is { State: "requested" or "offered" };

    public bool IsOverdue => Now is { State: "requested" } && time.GetUtcNow() - requestedAt > Patience;

    /// <summary>Every second, and when something else became of it.</summary>
    public event Action? Changed;

    /// <summary>Begins, unless the same is open already.</summary>
    /// <param name="line">As it is known: of one that is not being linked there is nothing to read before.</param>
    public async Task BeginAsync(LineView? line, NewPairing wanted)
    {
        if (line is { LifecycleState: "pairing" })
            await rereader.NowAsync();
        if (IsOpen && wanted.Method == "qr" && Now!.Method == "qr")
            return;
        await api.BeginPairingAsync(lineId, wanted);
        requestedAt = time.GetUtcNow();
        // What there was before is over, whenever the next answer comes.
        Now = new PairingView("requested", wanted.Method, null, null, null, null);
        rereader.Ask();
    }

    /// <summary>Somebody acted: what became of it is worth a look at once.</summary>
    public void Look() => rereader.Ask();

    public void Dispose()
    {
        live.Changed -= Heard;
        timer.Dispose();
    }

    private void Heard(Hint hint)
    {
        if (Now is not null && hint.LineId == lineId && hint.Kind is "line.pairing_changed" or "line.state_changed")
            rereader.Ask();
    }

    private void Tick()
    {
        if (IsOpen)
            rereader.Ask();
        Changed?.Invoke();
    }

    private async Task ReadAsync()
    {
        var read = await api.PairingAsync(lineId);
        if (read.State == "requested" && requestedAt == default)
            requestedAt = time.GetUtcNow();
        Now = read;
        Changed?.Invoke();
    }
}
