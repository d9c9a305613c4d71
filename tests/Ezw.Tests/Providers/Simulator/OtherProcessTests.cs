using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Tests.Providers.Simulator;

/// <summary>The network behind a socket: what a server that is frozen or killed leaves there, and what the door tells of it.</summary>
public sealed class OtherProcessTests
{
    private const string Shop = SimulatedLine.Shop;
    private const string Ana = SimulatedLine.Ana;

    private static CancellationToken Cancel => SimulatedLine.Cancel;

    [Fact]
    public async Task The_door_acts_for_phones_and_people_and_reads_the_record()
    {
        await using var network = new ServedNetwork();
        await using var door = await network.DoorAsync();
        await using var line = SimulatedLine.Open(network.Provider, await door.LinkDeviceAsync(Shop, Cancel), epoch: 4);
        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Connected);

        var id = await door.PersonWritesAsync(Ana, Shop, "hola", Cancel);
        Assert.Equal(id, (await line.Events.NextAsync<MessageSeen>()).ProviderMessageId);
        await door.SetFaultsAsync(new NetworkFaults { AckLoss = 1 }, Shop, Cancel);
        Assert.IsType<SendResult.Ambiguous>(await line.SendAsync("A1"));
        await door.SetFaultsAsync(NetworkFaults.None, Shop, Cancel);
        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", attempt: 2));
        await door.MessagesReachedAsync(1, Cancel);

        var message = Assert.Single(await door.MessagesAsync(Cancel));
        Assert.Equal(("A1", Ana, Shop, 2), (message.ProviderMessageId, message.ChatKey, message.AccountPhoneNumber, message.ArrivalCount));
        Assert.Equal(4, Assert.Single(await door.SessionsAsync(Cancel)).Epoch);
    }

    [Fact]
    public async Task Whatever_people_and_phones_do_can_be_done_through_the_door()
    {
        await using var network = new ServedNetwork();
        await using var door = await network.DoorAsync();
        await using var line = SimulatedLine.Open(network.Provider, await door.LinkDeviceAsync(Shop, Cancel), epoch: 1);
        await line.Link.StartAsync(Cancel);
        var group = await door.MakeGroupAsync("Trip", [Shop, Ana], Cancel);
        var hers = await door.PersonSendsAsync(
            Ana, Shop, await door.AttachAsync(MediaKind.Image, new byte[17 * 1024 * 1024], "image/png", null, "big", Cancel), Cancel);
        var ours = await door.PhoneWritesAsync(Shop, Ana, "wow", Cancel, quoted: hers);

        await door.PersonReactsAsync(Ana, Shop, ours, "👍", Cancel);
        await door.PersonEditsAsync(Ana, Shop, hers, "huge", Cancel);
        await door.PersonDeletesAsync(Ana, Shop, hers, Cancel);
        await door.PersonRenamesAsync(Ana, Shop, "Ana María", Cancel);
        await door.PhoneReactsAsync(Shop, Ana, hers, null, Cancel);
        await door.PhoneEditsAsync(Shop, Ana, ours, "oh", Cancel);
        await door.PhoneDeletesAsync(Shop, Ana, ours, Cancel);
        await door.RenameGroupAsync(group, "טיול", Cancel);
        await door.PhoneReadsAsync(Shop, group, Cancel);
        var unknown = new MessageReference(new ChatAddress(Ana, null), "?", false);
        await door.TellAsync(Shop, new MessageDeleted(DateTimeOffset.UnixEpoch, unknown), Cancel);
        await line.Events.UntilAsync(events => events.OfType<MessageDeleted>().Count() == 3);

        Assert.Equal(
            [
                "MessageSeen", "MessageSeen", "ReactionSeen", "MessageEdited", "MessageDeleted", "ChatNamed", "ReactionSeen",
                "MessageEdited", "MessageDeleted", "ChatNamed", "ChatRead", "MessageDeleted",
            ],
            line.Events.All.Where(happened => happened is not LinkStateChanged).Select(happened => happened.GetType().Name));
        Assert.Equal(DateTimeOffset.UnixEpoch, line.Events.All[^1].At);
    }

    [Fact]
    public async Task A_long_record_comes_whole_and_in_order()
    {
        await using var network = new ServedNetwork();
        await using var door = await network.DoorAsync();
        await using var line = SimulatedLine.Open(network.Provider, await door.LinkDeviceAsync(Shop, Cancel), epoch: 1);
        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Connected);

        for (var number = 0; number < 2_345; number++)
        {
            await line.SendAsync($"A{number}", $"message {number}");
        }

        Assert.Equal(
            Enumerable.Range(0, 2_345).Select(number => $"message {number}"),
            (await door.MessagesAsync(Cancel)).Select(message => message.Body));
    }

    [Fact]
    public async Task A_frozen_process_loses_its_session_at_once_and_finds_the_conflict_when_it_wakes()
    {
        await using var network = new ServedNetwork();
        await using var door = await network.DoorAsync();
        var identity = await door.LinkDeviceAsync(Shop, Cancel);
        // Nothing is read from this socket after the login, as if the process were stopped.
        using var frozen = await TcpTransport.ConnectAsync(network.Host.Address, Cancel);
        await frozen.WriteAsync(new Envelope { Number = 1, Request = new LoginRequest(identity, 1) }, Cancel);
        var heard = new List<Envelope?> { await frozen.ReadAsync(Cancel), await frozen.ReadAsync(Cancel) };

        await using var next = SimulatedLine.Open(network.Provider, identity, epoch: 2);
        await next.Link.StartAsync(Cancel);
        await next.Events.StateAsync(LinkState.Connected);
        Assert.IsType<SendResult.Accepted>(await next.SendAsync("B1"));
        await frozen.WriteAsync(new Envelope { Number = 2, Request = new SendRequest(new OutgoingMessage(
            "A1", new ChatAddress(Ana, null), "too late", null, null, null)) }, Cancel);
        while (await frozen.ReadAsync(Cancel) is { } late)
        {
            heard.Add(late);
        }

        Assert.Equal(CloseReason.Replaced, Assert.IsType<ClosedPush>(heard[^1]!.Push).Reason);
        Assert.Equal(["B1"], (await door.MessagesAsync(Cancel)).Select(message => message.ProviderMessageId));
        Assert.Equal([1, 2], (await door.SessionsAsync(Cancel)).Select(session => session.Epoch));
        Assert.InRange(await door.LongestOverlapAsync(Cancel), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public async Task A_link_whose_network_went_away_reconnects_when_it_is_back()
    {
        var network = new ServedNetwork();
        var identity = network.Network.LinkDevice(Shop);
        await using var line = SimulatedLine.Open(network.Provider, identity, epoch: 1);
        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Connected);

        await network.Host.DisposeAsync();
        await line.Events.StateAsync(LinkState.Reconnecting);
        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1"));
        await using var back = SimulatedNetworkHost.Listen(network.Network, network.Host.Address.Port);
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.Equal(ErrorClass.NotConnected, refused.Error.Class);
        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", attempt: 2));
        network.Network.Dispose();
    }

    [Fact]
    public async Task A_send_whose_socket_dies_before_the_answer_is_ambiguous()
    {
        var network = new ServedNetwork();
        await using var line = SimulatedLine.Open(network.Provider, network.Network.LinkDevice(Shop), epoch: 1);
        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Connected);
        network.Network.SetFaults(new NetworkFaults { AckDelay = TimeSpan.FromHours(1) });

        var sending = line.SendAsync("A1");
        await network.Network.MessagesReachedAsync(1);
        await network.DisposeAsync();

        Assert.True(Assert.IsType<SendResult.Ambiguous>(await sending).SafeToRetrySameId);
    }

    private sealed class ServedNetwork : IAsyncDisposable
    {
        public ServedNetwork()
        {
            Host = SimulatedNetworkHost.Listen(Network);
            Provider = new SimulatorProvider(new TcpTransport(Host.Address), TimeProvider.System);
        }

        public SimulatedNetwork Network { get; } = new(TimeProvider.System);

        public SimulatedNetworkHost Host { get; }

        public SimulatorProvider Provider { get; }

        public Task<SimulatorDoor> DoorAsync() => SimulatorDoor.ConnectAsync(Host.Address, Cancel);

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            Network.Dispose();
        }
    }
}
