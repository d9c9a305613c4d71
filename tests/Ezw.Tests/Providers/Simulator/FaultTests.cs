using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Tests.Providers.Simulator;

public sealed class FaultTests
{
    private const string Shop = SimulatedLine.Shop;
    private const string Ana = SimulatedLine.Ana;

    [Fact]
    public async Task A_dropped_message_never_arrives_and_nobody_can_tell()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { Drop = 1 });

        var result = Assert.IsType<SendResult.Ambiguous>(await line.SendAsync("A1"));

        Assert.True(result.SafeToRetrySameId);
        Assert.Empty(world.Network.Messages());
    }

    [Fact]
    public async Task Half_of_the_acks_get_lost_and_retries_still_show_each_message_once()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { AckLoss = 0.5, Drop = 0.2 });

        for (var number = 0; number < 50; number++)
        {
            var attempt = 1;
            while (await line.SendAsync($"A{number}", attempt: attempt) is not SendResult.Accepted)
            {
                Assert.True(++attempt < 50, "A seeded coin that never falls the other way is no coin.");
            }
        }

        var messages = world.Network.Messages();
        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"A{number}"), messages.Select(message => message.ProviderMessageId));
        Assert.True(world.Network.RawArrivals > 50);
    }

    [Fact]
    public async Task A_delayed_ack_comes_after_its_delay()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { AckDelay = TimeSpan.FromSeconds(5) });

        var sending = line.SendAsync("A1");
        world.Advance(TimeSpan.FromSeconds(4));
        Assert.False(sending.IsCompleted);
        world.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<SendResult.Accepted>(await sending);
    }

    [Fact]
    public async Task A_stream_that_breaks_instead_of_answering_leaves_the_send_ambiguous_and_comes_back()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { DisconnectOnSend = 1 });

        Assert.IsType<SendResult.Ambiguous>(await line.SendAsync("A1"));
        await line.Events.StateAsync(LinkState.Reconnecting);
        world.Network.SetFaults(NetworkFaults.None);
        world.Advance(Backoff.Longest);
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", attempt: 2));
        Assert.Equal(2, Assert.Single(world.Network.Messages()).ArrivalCount);
    }

    [Fact]
    public async Task Inbound_events_and_receipts_can_come_twice_under_one_id()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { DuplicateEvents = 1 });

        await line.SendAsync("A1");
        world.Network.PersonWrites(Ana, Shop, "once");
        world.Advance(TimeSpan.FromMinutes(1));
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 2 && events.OfType<ReceiptSeen>().Count() == 4);

        Assert.Single(line.Events.All.OfType<MessageSeen>().Select(seen => seen.ProviderMessageId).Distinct());
    }

    [Fact]
    public async Task Events_within_a_window_change_places_and_none_is_lost()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { ReorderWindow = TimeSpan.FromSeconds(5) });
        var written = Enumerable.Range(0, 20).Select(number => $"message {number}").ToArray();

        foreach (var body in written)
        {
            world.Network.PersonWrites(Ana, Shop, body);
        }

        world.Advance(TimeSpan.FromSeconds(5));
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == written.Length);

        Assert.NotEqual(written, line.Events.Bodies);
        Assert.Equal(written.Order(), line.Events.Bodies.Order());
    }

    [Fact]
    public async Task A_rate_limit_names_the_time_to_wait()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults { RateLimitRetryAfter = TimeSpan.FromSeconds(30) }, Shop);

        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1"));

        Assert.Equal((ErrorClass.RateLimited, TimeSpan.FromSeconds(30)), (refused.Error.Class, refused.Error.RetryAfter));
    }

    [Fact]
    public async Task The_faults_of_one_account_leave_the_others_alone()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var shop = await SimulatedLine.ConnectAsync(world);
        await using var bakery = await SimulatedLine.ConnectAsync(world, "+972501000002");
        world.Network.SetFaults(new NetworkFaults { EngineFault = true }, Shop);

        var refused = Assert.IsType<SendResult.Rejected>(await shop.SendAsync("A1"));

        Assert.Equal(ErrorClass.EngineFault, refused.Error.Class);
        Assert.IsType<SendResult.Accepted>(await bakery.SendAsync("B1"));
    }

    [Fact]
    public async Task An_outdated_engine_ends_the_session_for_good()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);

        world.Network.SetFaults(new NetworkFaults { EngineOutdated = true });
        await line.Events.StateAsync(LinkState.EngineOutdated);
        world.Advance(Backoff.Longest);

        Assert.Equal([LinkState.Connecting, LinkState.Connected, LinkState.EngineOutdated], line.Events.States);
    }

    [Fact]
    public async Task An_engine_that_keeps_failing_is_given_up()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        world.Network.SetFaults(new NetworkFaults { EngineFault = true });
        await using var line = SimulatedLine.Open(world.Provider, world.Network.LinkDevice(Shop), epoch: 1);

        await line.Link.StartAsync(SimulatedLine.Cancel);
        for (var attempt = 1; attempt < SimulatorLink.EngineFaultLimit; attempt++)
        {
            world.Advance(Backoff.Longest);
        }

        await line.Events.StateAsync(LinkState.Failed);
        Assert.Equal([LinkState.Connecting, LinkState.Reconnecting, LinkState.Failed], line.Events.States);
    }

    [Fact]
    public async Task An_unreachable_network_is_tried_until_it_answers()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        world.Network.SetFaults(new NetworkFaults { Unreachable = true });
        await using var line = SimulatedLine.Open(world.Provider, world.Network.LinkDevice(Shop), epoch: 1);

        await line.Link.StartAsync(SimulatedLine.Cancel);
        Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1"));
        for (var attempt = 1; attempt < 20; attempt++)
        {
            world.Advance(Backoff.Longest);
        }

        world.Network.SetFaults(NetworkFaults.None);
        world.Advance(Backoff.Longest);
        await line.Events.StateAsync(LinkState.Connected);

        Assert.Equal([LinkState.Connecting, LinkState.Reconnecting, LinkState.Connected], line.Events.States);
    }
}
