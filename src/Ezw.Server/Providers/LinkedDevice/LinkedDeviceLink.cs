using System.Text.Json;
using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>
/// The link of one line. Wishes (start, stop, pair) take turns. While it has something to do it has a seat in a sidecar, which holds the
/// connection and keeps it; when that process ends, the link takes a seat in another one. What happens goes through one lane to the sink,
/// in order, and only then is the sidecar answered, and WhatsApp by it.
/// </summary>
internal sealed class LinkedDeviceLink : SerialLink, ILineLink
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    /// <summary>WhatsApp forgets "typing…" after 25 seconds.</summary>
    private static readonly TimeSpan TypingAgain = TimeSpan.FromSeconds(10);

    private readonly Backoff backoff = new(FirstRetry, LongestRetry);
    private readonly OutgoingFiles files = new();
    private readonly SidecarPool pool;
    private readonly LineTools tools;
    private readonly MediaReferences references;
    private readonly LinkDescriptor line;
    private readonly ILogger log;
    private volatile LineSeat? seat;
    private volatile LineIdentity? identity;
    private volatile PairingRequest? pairing;
    private volatile bool wanted;
    private LinkState? told;
    private DateTimeOffset? toldUntil;

    public LinkedDeviceLink(
        SidecarPool pool, LineTools tools, MediaReferences references, LinkDescriptor line, ILineEventSink sink, TimeProvider time,
        ILogger log)
        : base(sink, time)
    {
        (this.pool, this.tools, this.references, this.line, this.log) = (pool, tools, references, line, log);
        identity = line.Identity;
    }

    public Task StartAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (IsDisposed || wanted)
            return;
        if (identity is null)
        {
            Tell(LinkState.LoggedOut, "not_paired", "This line is not linked to a phone yet.");
            return;
        }
        wanted = true;
        Tell(LinkState.Connecting);
        await ConnectAsync(cancellationToken);
    }, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        await HangUpAsync();
        Tell(LinkState.Stopped);
    }, cancellationToken);

    public Task BeginPairingAsync(PairingRequest request, CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (IsDisposed || pairing == request)
            return;
        await HangUpAsync();
        pairing = request;
        try
        {
            var taken = await TakeSeatAsync(cancellationToken);
            await taken.BeginPairingAsync(request, cancellationToken);
        }
        catch (Exception failed) when (failed is SidecarException or TimeoutException or OperationCanceledException)
        {
            log.LogWarning("Line {LineId} cannot be paired now: {Reason}", line.LineId, failed.Message);
            await HangUpAsync();
            Publish(new PairingEnded(Time.GetUtcNow(), "unreachable"));
        }
    }, cancellationToken);

    public Task CancelPairingAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (pairing is not null && seat is { } present)
            await present.CancelPairingAsync(cancellationToken);
    }, cancellationToken);

    public Task LogoutAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (seat is { } present)
            await present.RemoveDeviceAsync(cancellationToken);
        await HangUpAsync();
        identity = null;
        Tell(LinkState.LoggedOut, "logged_out", "This device was removed from the WhatsApp account.");
    }, cancellationToken);

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        await TypeAsync(message.To, message.TypingTime, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return seat is { } present
            ? await SendAttempt.RunAsync(present.Process, line.LineId, message, files, Time, cancellationToken)
            : new SendResult.Rejected(SendErrors.NotConnected);
    }

    public Task MarkReadAsync(ReadMarker marker, CancellationToken cancellationToken) =>
        AskAsync("markRead", Outgoing.MarkRead(line.LineId, marker), cancellationToken);

    public Task SetChatStateAsync(ChatAddress chat, ChatState state, CancellationToken cancellationToken) =>
        AskAsync("chatState", Outgoing.ChatState(line.LineId, chat, state), cancellationToken);

    public async Task<Stream> OpenMediaAsync(MediaPointer media, CancellationToken cancellationToken)
    {
        var reference = references.Open(line, media);
        return seat is { } present
            ? await IncomingFile.OpenAsync(present.Process, line.LineId, reference, cancellationToken)
            : throw new IOException("Files cannot be read while the line is not open.");
    }

    public async Task<IReadOnlyList<NumberCheck>> CheckNumbersAsync(
        IReadOnlyList<string> phoneNumbers, CancellationToken cancellationToken)
    {
        var checks = new List<NumberCheck>();
        foreach (var some in phoneNumbers.Chunk(ChannelLimits.NumbersPerCheck))
        {
            var answer = await AskAsync("numbers.check", Outgoing.Numbers(line.LineId, some), cancellationToken);
            checks.AddRange(WireFormat.Read<NumbersResult>(answer).Numbers);
        }
        return checks;
    }

    public async Task<ProbeReport> ProbeAsync(CancellationToken cancellationToken) => seat is { } present
        ? await present.ProbeAsync(cancellationToken)
        : new ProbeReport(false, "The line is not open in any engine process.");

    /// <summary>Completes when the event is durable: then WhatsApp may be told that it arrived.</summary>
    /// <param name="keys">Written after the event. A crash in between brings the event again, and it is known then.</param>
    public async Task HearAsync(LineDesk at, EventShape shape, IReadOnlyList<DeviceKey> keys)
    {
        var taken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Lane.Add(async cancellationToken =>
        {
            try
            {
                await TakeAsync(at, shape, keys, cancellationToken);
                taken.TrySetResult();
            }
            catch (StaleEpochException stale)
            {
                taken.TrySetException(stale);
            }
        });
        try
        {
            await taken.Task.WaitAsync(Lifetime);
        }
        catch (OperationCanceledException)
        {
            // The link is closed; nobody knows whether the event was stored, so WhatsApp must bring it again.
            throw new SidecarErrorException(SidecarErrorException.StaleEpoch, "The link is closed.");
        }
    }

    /// <summary>The process is gone, and with it the connection. The link takes another seat.</summary>
    public void Lost(LineDesk desk)
    {
        if (seat?.Desk == desk && !IsDisposed)
            _ = InTurnAsync(() =>
            {
                if (seat?.Desk != desk)
                    return Task.CompletedTask;
                seat = null;
                if (pairing is not null)
                {
                    pairing = null;
                    Publish(new PairingEnded(Time.GetUtcNow(), "unreachable"));
                }
                else if (wanted)
                {
                    Reconnect("engine_restarting", backoff.Next());
                }
                return Task.CompletedTask;
            }, CancellationToken.None);
    }

    /// <summary>Another node owns the line. The sidecar closes its side by itself, often before it hears from WhatsApp who replaced it.</summary>
    public void Fenced(LineDesk desk)
    {
        log.LogWarning("Line {LineId} has another owner than epoch {Epoch}; its link ends here", line.LineId, line.Epoch);
        wanted = false;
        pairing = null;
        _ = InTurnAsync(async () =>
        {
            if (seat?.Desk != desk)
                return;
            await HangUpAsync();
            Tell(LinkState.Conflict, "replaced", "Another node of this installation has the line now.");
        }, CancellationToken.None);
    }

    private async Task TakeAsync(LineDesk at, EventShape shape, IReadOnlyList<DeviceKey> keys, CancellationToken cancellationToken)
    {
        var happened = shape.ToEvent(reference => references.Seal(line, reference));
        if (happened is LinkStateChanged { State: LinkState.LoggedOut })
            await at.EndWritingAsync();
        if (!IsOldNews(happened))
            await Sink.PublishAsync(happened, cancellationToken);
        if (keys.Count > 0)
            await at.SetKeysAsync(keys, cancellationToken);
        switch (happened)
        {
            case LinkStateChanged changed when !IsOldNews(changed):
                Became(at, changed.State);
                toldUntil = changed.Until;
                break;
            case LinePaired paired:
                (identity, pairing, wanted) = (paired.Identity, null, true);
                break;
            case PairingEnded:
                pairing = null;
                Release(at);
                break;
        }
    }

    // The link itself says when it stopped. Of what stays as it was nobody needs to hear, and a pairing has events of its own.
    private bool IsOldNews(LineEvent happened) => happened is LinkStateChanged changed
        && (changed.State == LinkState.Stopped || (changed.State == told && changed.Until == toldUntil)
            || changed is { State: LinkState.Connecting, Reason: "pairing" });

    private void Became(LineDesk at, LinkState state)
    {
        told = state;
        switch (state)
        {
            case LinkState.Connected:
                backoff.Reset();
                break;
            case LinkState.LoggedOut:
                (identity, wanted) = (null, false);
                Release(at);
                break;
            case LinkState.Conflict or LinkState.EngineOutdated or LinkState.Failed:
                // The next start is a decision of the host.
                wanted = false;
                break;
        }
    }

    /// <summary>Gives the seat up, unless there is something to do again.</summary>
    private void Release(LineDesk at) => _ = InTurnAsync(
        () => seat?.Desk == at && !wanted && pairing is null ? HangUpAsync() : Task.CompletedTask, CancellationToken.None);

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Lifetime);
            var taken = seat ?? await TakeSeatAsync(until.Token);
            await taken.StartAsync(until.Token);
        }
        catch (SidecarUnavailableException unavailable) when (unavailable.RetryAfter is null)
        {
            log.LogError("Line {LineId} cannot be connected: {Reason}", line.LineId, unavailable.Message);
            wanted = false;
            Tell(LinkState.Failed, "engine_missing", unavailable.Message);
        }
        catch (Exception failed) when (failed is SidecarException or TimeoutException or OperationCanceledException)
        {
            await GetUpAsync();
            var soonest = failed is SidecarUnavailableException { RetryAfter: { } wait } ? wait : TimeSpan.Zero;
            Reconnect("engine_unavailable", soonest + backoff.Next());
        }
    }

    private async Task<LineSeat> TakeSeatAsync(CancellationToken cancellationToken)
    {
        var desk = new LineDesk(line, tools, files, this);
        var taken = new LineSeat(await pool.SeatAsync(desk, cancellationToken), desk, log);
        // Before it is opened: it may end at any moment, and then this seat is the one that is lost.
        seat = taken;
        await taken.OpenAsync(identity, cancellationToken);
        return taken;
    }

    private void Reconnect(string reason, TimeSpan wait)
    {
        RetryAfter(wait, () => wanted && !IsDisposed && seat is null ? ConnectAsync(CancellationToken.None) : Task.CompletedTask);
        Tell(LinkState.Reconnecting, reason, "The connection broke and is being built again.");
    }

    protected override async Task HangUpAsync()
    {
        wanted = false;
        pairing = null;
        CancelRetry();
        await GetUpAsync();
    }

    private async Task GetUpAsync()
    {
        if (seat is not { } present)
            return;
        await present.LeaveAsync();
        seat = null;
    }

    private async Task TypeAsync(ChatAddress chat, TimeSpan during, CancellationToken cancellationToken)
    {
        for (var left = during; left > TimeSpan.Zero; left -= TypingAgain)
        {
            // Only a courtesy: the message goes out without it, too.
            await SetChatStateAsync(chat, ChatState.Composing, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Delay(left < TypingAgain ? left : TypingAgain, Time, cancellationToken);
        }
    }

    private async Task<JsonElement> AskAsync(string method, JsonObject parameters, CancellationToken cancellationToken) =>
        seat is { } present
            ? await present.AskAsync(method, parameters, cancellationToken)
            : throw new IOException("The line is not connected now.");

    private void Tell(LinkState state, string reason = "", string detail = "")
    {
        var happened = new LinkStateChanged(Time.GetUtcNow(), state, reason, detail);
        Lane.Add(async cancellationToken =>
        {
            if (told == state)
                return;
            await Sink.PublishAsync(happened, cancellationToken);
            told = state;
        });
    }
}
