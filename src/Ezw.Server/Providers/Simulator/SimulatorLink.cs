using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>
/// The link of one line. Wishes (start, stop, pair) take turns; what the network says goes through one lane and reaches
/// the sink in order, and is committed to the network only after the sink took it. An idle connected link owns no task,
/// no timer and no buffer: a timer exists only between two attempts to connect.
/// </summary>
internal sealed class SimulatorLink : SerialLink, ILineLink, INetworkListener
{
    /// <summary>Logins that the engine itself refuses, until the link gives up; from WhatsApp Web's "bad session".</summary>
    public const int EngineFaultLimit = 5;

    private static readonly TimeSpan LoginTimeout = TimeSpan.FromSeconds(20);

    private readonly INetworkTransport transport;
    private readonly long epoch;
    private readonly Backoff backoff;
    private volatile INetworkConnection? connection;
    private LineIdentity? identity;
    private PairingRequest? pairing;
    private LinkState? told;
    private bool wanted;

    public SimulatorLink(INetworkTransport transport, TimeProvider time, Dice dice, LinkDescriptor line, ILineEventSink sink)
        : base(sink, time)
    {
        this.transport = transport;
        epoch = line.Epoch;
        identity = line.Identity;
        backoff = new Backoff(dice, line.LineId.ToString());
    }

    public Task StartAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (IsDisposed || wanted)
        {
            return;
        }

        if (identity is null)
        {
            GiveUp(LinkEnding.NotPaired);
            return;
        }

        wanted = true;
        Tell(LinkState.Connecting);
        await ConnectAsync(identity, cancellationToken);
    }, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        await HangUpAsync();
        if (told != LinkState.Stopped)
        {
            Tell(LinkState.Stopped);
        }
    }, cancellationToken);

    public Task BeginPairingAsync(PairingRequest request, CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (IsDisposed || pairing == request)
        {
            return;
        }

        await HangUpAsync();
        try
        {
            connection = await transport.OpenAsync(this, cancellationToken);
            pairing = request;
            told = null;
            await connection.RequestAsync(new PairRequest(request, epoch), cancellationToken);
        }
        catch (IOException)
        {
            await HangUpAsync();
            Publish(new PairingEnded(Time.GetUtcNow(), "unreachable"));
        }
    }, cancellationToken);

    public Task CancelPairingAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (pairing is not null && connection is { } present)
        {
            await present.AskAsync(new CancelPairingRequest(), cancellationToken);
        }
    }, cancellationToken);

    public Task LogoutAsync(CancellationToken cancellationToken) => InTurnAsync(async () =>
    {
        if (connection is { } present)
        {
            await present.AskAsync(new LogoutRequest(), cancellationToken);
        }

        await HangUpAsync();
        identity = null;
        if (told != LinkState.LoggedOut)
        {
            GiveUp(LinkEnding.LoggedOut);
        }
    }, cancellationToken);

    public async Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        if (message.TypingTime > TimeSpan.Zero)
        {
            await SetChatStateAsync(message.To, ChatState.Composing, cancellationToken);
            await Task.Delay(message.TypingTime, Time, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return connection is { } present
            ? await SendAttempt.RunAsync(present, message, Time, cancellationToken)
            : SendOutcomes.NotConnected;
    }

    public Task MarkReadAsync(ReadMarker marker, CancellationToken cancellationToken) =>
        connection.AskAsync(new MarkReadRequest(marker), cancellationToken);

    public Task SetChatStateAsync(ChatAddress chat, ChatState state, CancellationToken cancellationToken) =>
        connection.AskAsync(new ChatStateRequest(chat, state), cancellationToken);

    public async Task<Stream> OpenMediaAsync(MediaPointer media, CancellationToken cancellationToken) =>
        await MediaDownload.OpenAsync(() => connection, media.Reference, cancellationToken);

    public async Task<IReadOnlyList<NumberCheck>> CheckNumbersAsync(
        IReadOnlyList<string> phoneNumbers, CancellationToken cancellationToken) =>
        await connection.AskAsync(new CheckNumbersRequest(phoneNumbers), cancellationToken) is NumbersReply reply
            ? reply.Numbers
            : throw new IOException("Numbers cannot be checked while the line is not connected.");

    public async Task<ProbeReport> ProbeAsync(CancellationToken cancellationToken) =>
        await connection.AskAsync(new ProbeRequest(), cancellationToken) is DoneReply
            ? new ProbeReport(true, "The simulated network answers.")
            : new ProbeReport(false, "There is no session with the simulated network.");

    void INetworkListener.Hear(INetworkConnection from, NetworkPush push) => Lane.Add(cancellationToken => push switch
    {
        _ when from != connection => Task.CompletedTask,
        HappenedPush happened => HappenedAsync(from, happened, cancellationToken),
        OpenedPush => OpenedAsync(cancellationToken),
        ClosedPush closed => InTurnAsync(() => ClosedAsync(from, closed.Reason), cancellationToken),
        _ => throw new InvalidOperationException($"Unknown push {push.GetType().Name}."),
    });

    private async Task HappenedAsync(INetworkConnection from, HappenedPush happened, CancellationToken cancellationToken)
    {
        await Sink.PublishAsync(happened.Event, cancellationToken);
        switch (happened.Event)
        {
            case LinePaired paired:
                await InTurnAsync(() => PairedAsync(from, paired.Identity), cancellationToken);
                break;
            case PairingEnded:
                await InTurnAsync(() => connection == from ? HangUpAsync() : Task.CompletedTask, cancellationToken);
                break;
            case LinkStateChanged changed:
                told = changed.State;
                break;
        }

        if (happened.Sequence > 0)
        {
            await from.AskAsync(new CommitRequest(happened.Sequence), cancellationToken);
        }
    }

    private Task PairedAsync(INetworkConnection from, LineIdentity linked)
    {
        if (connection == from)
        {
            identity = linked;
            pairing = null;
            wanted = true;
        }

        return Task.CompletedTask;
    }

    private async Task OpenedAsync(CancellationToken cancellationToken)
    {
        if (told is not (LinkState.Connecting or LinkState.Reconnecting))
        {
            await ReportAsync(LinkState.Connecting, cancellationToken);
        }

        await ReportAsync(LinkState.Connected, cancellationToken);
        backoff.Reset();
    }

    private async Task ClosedAsync(INetworkConnection from, CloseReason reason)
    {
        if (connection != from)
        {
            return;
        }

        var wasPairing = pairing is not null;
        await DropConnectionAsync();
        if (wasPairing)
        {
            Publish(new PairingEnded(Time.GetUtcNow(), "unreachable"));
        }
        else if (wanted)
        {
            Ended(reason);
        }
    }

    private void Ended(CloseReason reason)
    {
        if (LinkEnding.Of(reason) is not { } ending)
        {
            Reconnect(reason == CloseReason.StreamError ? "stream_error" : "connection_lost");
            return;
        }

        identity = ending == LinkEnding.LoggedOut ? null : identity;
        GiveUp(ending);
    }

    private async Task ConnectAsync(LineIdentity linked, CancellationToken cancellationToken)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Lifetime);
        var outcome = LoginOutcome.Unreachable;
        try
        {
            connection = await transport.OpenAsync(this, until.Token);
            var asked = connection.RequestAsync(new LoginRequest(linked, epoch), until.Token);
            outcome = await asked.WaitAsync(LoginTimeout, Time, until.Token) is LoginReply login
                ? login.Outcome
                : LoginOutcome.EngineFault;
        }
        catch (Exception failed) when (failed is IOException or OperationCanceledException or TimeoutException)
        {
            // Stays unreachable: the next attempt comes with the back-off.
        }

        if (outcome != LoginOutcome.Accepted)
        {
            await DropConnectionAsync();
            Refused(outcome);
        }
    }

    private void Refused(LoginOutcome outcome)
    {
        switch (outcome)
        {
            case LoginOutcome.LoggedOut:
                Ended(CloseReason.LoggedOut);
                break;
            case LoginOutcome.EngineOutdated:
                Ended(CloseReason.EngineOutdated);
                break;
            case LoginOutcome.EngineFault when backoff.Failures >= EngineFaultLimit - 1:
                backoff.Reset();
                GiveUp(LinkEnding.EngineFault);
                break;
            default:
                Reconnect(outcome == LoginOutcome.EngineFault ? "engine_fault" : "network_unreachable");
                break;
        }
    }

    private void Reconnect(string reason)
    {
        RetryAfter(backoff.Next(), RetryAsync);
        if (told != LinkState.Reconnecting)
        {
            Tell(LinkState.Reconnecting, reason, "The connection broke and is being built again.");
        }
    }

    private Task RetryAsync() => wanted && connection is null && identity is { } linked
        ? ConnectAsync(linked, Lifetime)
        : Task.CompletedTask;

    private void GiveUp(LinkEnding ending)
    {
        wanted = false;
        Tell(ending.State, ending.Reason, ending.Detail);
    }

    protected override async Task HangUpAsync()
    {
        wanted = false;
        pairing = null;
        CancelRetry();
        await DropConnectionAsync();
    }

    private async Task DropConnectionAsync()
    {
        var present = connection;
        connection = null;
        if (present is not null)
        {
            await present.DisposeAsync();
        }
    }

    private void Tell(LinkState state, string reason = "", string detail = "")
    {
        told = state;
        Publish(new LinkStateChanged(Time.GetUtcNow(), state, reason, detail));
    }

    private async Task ReportAsync(LinkState state, CancellationToken cancellationToken)
    {
        await Sink.PublishAsync(new LinkStateChanged(Time.GetUtcNow(), state, "", ""), cancellationToken);
        told = state;
    }
}
