using System.Text;
using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ezw.Tests.Providers.Simulator;

public sealed class PhonesAndPeopleTests
{
    private const string Shop = SimulatedLine.Shop;
    private const string Ana = SimulatedLine.Ana;

    [Fact]
    public async Task A_person_who_hides_the_number_is_known_by_lid_until_it_is_revealed()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.Describe(Ana, person => person.Shown = AddressShown.Lid);

        world.Network.PersonWrites(Ana, Shop, "guess who");
        world.Network.RevealIdentity(Shop, Ana);

        var linked = await line.Events.NextAsync<IdentityLinked>();
        Assert.Equal(new ChatAddress(null, linked.Lid), (await line.Events.NextAsync<MessageSeen>()).Chat);
        Assert.Equal(Ana, linked.PhoneNumber);
    }

    [Fact]
    public async Task Two_lines_can_write_to_each_other()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var shop = await SimulatedLine.ConnectAsync(world);
        await using var bakery = await SimulatedLine.ConnectAsync(world, "+972501000002");

        await shop.SendAsync("A1", "ten loaves, please", bakery.Identity.PhoneNumber);

        var seen = await bakery.Events.NextAsync<MessageSeen>();
        Assert.Equal(("A1", Shop, false), (seen.ProviderMessageId, seen.Chat.PhoneNumber, seen.FromMe));
    }

    [Fact]
    public async Task Another_device_of_the_account_sees_what_this_one_sent()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var first = await SimulatedLine.ConnectAsync(world);
        await using var second = await SimulatedLine.ConnectAsync(world);

        await first.SendAsync("A1", "hola");

        var echo = await second.Events.NextAsync<MessageSeen>();
        Assert.Equal(("A1", true), (echo.ProviderMessageId, echo.FromMe));
        Assert.Empty(first.Events.Bodies);
    }

    [Fact]
    public async Task A_file_that_a_line_sent_opens_on_the_other_devices_and_at_another_line()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var first = await SimulatedLine.ConnectAsync(world);
        await using var second = await SimulatedLine.ConnectAsync(world);
        await using var bakery = await SimulatedLine.ConnectAsync(world, "+972501000002");
        var photo = new OutboundContent.Media(
            MediaKind.Image, "image/png", "cake.png", 3, "like this", _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])));

        await first.SendAsync("A1", photo, new ChatAddress(bakery.Identity.PhoneNumber, null));

        foreach (var line in new[] { second, bakery })
        {
            var seen = Assert.IsType<SeenContent.Media>((await line.Events.NextAsync<MessageSeen>()).Content);
            Assert.Equal((MediaKind.Image, "cake.png", "like this"), (seen.Kind, seen.File.FileName, seen.Caption));
            await using var opened = await line.Link.OpenMediaAsync(seen.File.Pointer, SimulatedLine.Cancel);
            Assert.Equal(3, await opened.ReadAsync(new byte[10], SimulatedLine.Cancel));
        }
    }

    [Fact]
    public async Task A_typing_time_shows_typing_and_then_sends_the_button()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var button = new OutboundContent.CtaUrl("Your order is ready", "Track it", "https://example.com/4471");

        var sending = line.Link.SendAsync(
            new OutboundMessage(Guid.Empty, "A1", new ChatAddress(Ana, null), button, null, TimeSpan.FromSeconds(3), 1),
            SimulatedLine.Cancel);
        Assert.Equal(ChatState.Composing, world.Network.ChatStateShown(Shop, Ana));
        Assert.Empty(world.Network.Messages());
        world.Advance(TimeSpan.FromSeconds(3));
        await sending;

        var shown = Assert.Single(world.Network.Messages());
        Assert.Equal(("Your order is ready", "Track it", "https://example.com/4471"), (shown.Body, shown.ButtonText, shown.ButtonUrl));
    }

    [Fact]
    public async Task Reading_a_chat_reaches_the_person()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var id = world.Network.PersonWrites(Ana, Shop, "hola");

        await line.Link.MarkReadAsync(new ReadMarker(new ChatAddress(Ana, null), [id]), SimulatedLine.Cancel);

        Assert.Equal(id, world.Network.LastRead(Shop, Ana));
    }

    [Fact]
    public async Task Media_opens_only_under_the_reference_of_its_bytes()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var reference = world.Network.AddMedia(Encoding.UTF8.GetBytes("a photo"));

        using var opened = new StreamReader(await line.Link.OpenMediaAsync(new MediaPointer(reference), SimulatedLine.Cancel));

        Assert.Equal("a photo", await opened.ReadToEndAsync(SimulatedLine.Cancel));
        await Assert.ThrowsAsync<IOException>(() => line.Link.OpenMediaAsync(new MediaPointer("sim:unknown"), SimulatedLine.Cancel));
    }

    [Fact]
    public async Task A_line_paired_before_a_restart_connects_to_the_fresh_network_of_a_demo()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddSimulator();
        using var host = builder.Build();
        var provider = host.Services.GetRequiredService<IProvider>();

        await using var line = SimulatedLine.Open(provider, new LineIdentity(Shop, null, "972501000001:3@simulator"), epoch: 1);
        await line.Link.StartAsync(SimulatedLine.Cancel);
        await line.Events.StateAsync(LinkState.Connected);

        Assert.Equal(SimulatorProvider.KindName, provider.Kind);
        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1"));
    }

    [Fact]
    public async Task A_pairing_that_the_store_could_not_keep_is_told_again()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = SimulatedLine.Open(world.Provider, new LineIdentity(Shop, null, "unused"), epoch: 1);
        await line.Link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), SimulatedLine.Cancel);
        var offer = await line.Events.NextAsync<QrOffered>();

        line.Events.FailNext(1);
        world.Network.Scan(offer.Payload, Shop);
        await line.Events.UntilAsync(_ => line.Events.Refused == 1);
        while (!line.Events.States.Contains(LinkState.Connected))
        {
            world.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(Shop, Assert.Single(line.Events.All.OfType<LinePaired>()).Identity.PhoneNumber);
    }

    [Fact]
    public async Task A_prepared_event_is_told_as_it_is_and_as_often_as_one_says()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var early = new ReactionSeen(
            world.Time.GetUtcNow(), new MessageReference(new ChatAddress(Ana, null), "never seen", FromMe: false), false, null, "👍");

        world.Network.Tell(Shop, early);
        world.Network.Tell(Shop, early);
        await line.Events.UntilAsync(events => events.OfType<ReactionSeen>().Count() == 2);

        Assert.All(line.Events.All.OfType<ReactionSeen>(), told => Assert.Equal(early, told));
    }

    [Fact]
    public async Task Two_lines_in_a_group_see_each_other_as_members()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var shop = await SimulatedLine.ConnectAsync(world);
        await using var bakery = await SimulatedLine.ConnectAsync(world, "+972501000002");
        var group = world.Network.MakeGroup("Suppliers", Shop, bakery.Identity.PhoneNumber, Ana);

        await shop.SendAsync("A1", "ten loaves, please", new ChatAddress(null, null, group));
        world.Network.PhoneReacts(bakery.Identity.PhoneNumber, group, "A1", "👍");

        var seen = await bakery.Events.NextAsync<MessageSeen>();
        Assert.Equal(("A1", Shop, false, "Suppliers"), (seen.ProviderMessageId, seen.Sender?.PhoneNumber, seen.FromMe, seen.ChatName));
        Assert.True((await shop.Events.NextAsync<ReactionSeen>()).Target.FromMe);
        Assert.False((await bakery.Events.NextAsync<ReactionSeen>()).Target.FromMe);
    }

    [Fact]
    public async Task Media_that_comes_slowly_comes_after_its_time()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var reference = world.Network.AddMedia([1, 2, 3]);
        world.Network.SetFaults(new NetworkFaults { MediaDelay = TimeSpan.FromSeconds(5) });

        var opening = line.Link.OpenMediaAsync(new MediaPointer(reference), SimulatedLine.Cancel);
        world.Advance(TimeSpan.FromSeconds(4));
        Assert.False(opening.IsCompleted);
        world.Advance(TimeSpan.FromSeconds(1));

        await using var opened = await opening;
        Assert.Equal(3, await opened.ReadAsync(new byte[10], SimulatedLine.Cancel));
    }
}
