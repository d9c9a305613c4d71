using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>What every provider must do, told through intents. A new adapter passes by offering its world.</summary>
public abstract partial class ProviderContract
{
    protected const string Shop = "+972501000001";
    protected const string Ana = "+34600111222";
    protected const string Noa = "+972501112233";

    internal abstract ProviderContractWorld Build();

    [Fact]
    public async Task A_scanned_qr_code_links_the_line_and_connects_it()
    {
        await using var world = Build();
        var events = new ProviderContractEvents(world.Patience);
        await using var link = await OpenAsync(world, events);

        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        var offer = await events.NextAsync<QrOffered>();
        Assert.True(await world.ScanAsync(offer.Payload, Shop));
        await events.StateAsync(LinkState.Connected);

        Assert.Equal(Shop, (await events.NextAsync<LinePaired>()).Identity.PhoneNumber);
        Assert.Equal([LinkState.Connecting, LinkState.Connected], events.States);
        Assert.True((await link.ProbeAsync(Cancel)).Healthy);
    }

    [Fact]
    public async Task A_code_typed_on_the_phone_links_the_line()
    {
        await using var world = Build();
        var events = new ProviderContractEvents(world.Patience);
        await using var link = await OpenAsync(world, events);

        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Code, Shop), Cancel);
        var offer = await events.NextAsync<PairingCodeOffered>();
        Assert.Equal(8, offer.Code.Length);
        Assert.False(await world.EnterCodeAsync(Noa, offer.Code));
        Assert.True(await world.EnterCodeAsync(Shop, offer.Code));

        await events.StateAsync(LinkState.Connected);
    }

    [Fact]
    public async Task A_qr_code_rotates_and_expires_when_nobody_scans_it()
    {
        await using var world = Build();
        var events = new ProviderContractEvents(world.LongPatience);
        await using var link = await OpenAsync(world, events);

        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        var first = await events.NextAsync<QrOffered>();
        Assert.Equal(TimeSpan.FromSeconds(60), first.ExpiresAt - first.At);
        world.Advance(TimeSpan.FromSeconds(60));
        var second = await events.NextAsync<QrOffered>(offer => offer.Payload != first.Payload);
        Assert.Equal(TimeSpan.FromSeconds(20), second.ExpiresAt - second.At);
        Assert.False(await world.ScanAsync(first.Payload, Shop));
        world.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal("expired", (await events.NextAsync<PairingEnded>()).Reason);
        Assert.Equal(6, events.All.OfType<QrOffered>().Select(offer => offer.Payload).Distinct().Count());
    }

    [Fact]
    public async Task A_canceled_pairing_ends_and_its_code_is_worthless()
    {
        await using var world = Build();
        var events = new ProviderContractEvents(world.Patience);
        await using var link = await OpenAsync(world, events);
        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        var offer = await events.NextAsync<QrOffered>();

        await link.CancelPairingAsync(Cancel);

        Assert.Equal("canceled", (await events.NextAsync<PairingEnded>()).Reason);
        Assert.False(await world.ScanAsync(offer.Payload, Shop));
    }

    [Fact]
    public async Task A_pairing_that_was_canceled_can_begin_again()
    {
        await using var world = Build();
        var events = new ProviderContractEvents(world.Patience);
        await using var link = await OpenAsync(world, events);
        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        var first = await events.NextAsync<QrOffered>();
        await link.CancelPairingAsync(Cancel);
        await events.NextAsync<PairingEnded>();

        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        var second = await events.NextAsync<QrOffered>(offer => offer.Payload != first.Payload);
        Assert.True(await world.ScanAsync(second.Payload, Shop));

        await events.StateAsync(LinkState.Connected);
    }

    [Fact]
    public async Task Logging_out_removes_the_device_and_it_cannot_come_back()
    {
        await using var world = Build();
        var line = await PairAsync(world);

        await line.Link.LogoutAsync(Cancel);
        await line.Events.StateAsync(LinkState.LoggedOut);
        await line.Link.DisposeAsync();
        await using var again = await TakeOverAsync(world, world.Provider, line, LinkState.LoggedOut);

        Assert.DoesNotContain(LinkState.Connected, again.Events.States);
    }

    [Fact]
    public async Task Unlinking_on_the_phone_logs_the_line_out()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await world.UnlinkAsync(Shop);

        await line.Events.StateAsync(LinkState.LoggedOut);
        Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", Ana, "hola"));
    }

    [Fact]
    public async Task A_second_session_of_the_device_ends_the_first_which_does_not_fight_back()
    {
        await using var world = Build();
        await using var first = await PairAsync(world);

        await using var second = await TakeOverAsync(world, world.OtherNode, first, LinkState.Connected);
        await first.Events.StateAsync(LinkState.Conflict);
        world.Advance(TimeSpan.FromMinutes(10));

        Assert.IsType<SendResult.Accepted>(await second.SendAsync("B1", Ana, "from the second"));
        var refused = Assert.IsType<SendResult.Rejected>(await first.SendAsync("A1", Ana, "from the first"));
        Assert.Equal(ErrorClass.NotConnected, refused.Error.Class);
        Assert.Equal(["from the second"], await world.ShownToAsync(Ana));
    }

    [Fact]
    public async Task Stopping_closes_the_session_and_starting_connects_again()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await line.Link.StopAsync(Cancel);
        await line.Events.StateAsync(LinkState.Stopped);
        Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", Ana, "while stopped"));
        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A2", Ana, "hola"));
        Assert.Equal(["hola"], await world.ShownToAsync(Ana));
    }

    [Fact]
    public async Task Starting_and_stopping_twice_is_the_same_as_once()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await line.Link.StartAsync(Cancel);
        await line.Link.StartAsync(Cancel);
        await line.Link.StopAsync(Cancel);
        await line.Link.StopAsync(Cancel);
        await line.Events.StateAsync(LinkState.Stopped);

        Assert.Equal([LinkState.Connecting, LinkState.Connected, LinkState.Stopped], line.Events.States);
    }

    [Fact]
    public async Task A_broken_stream_is_built_again()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await world.BreakStreamAsync(Shop);
        await line.Events.StateAsync(LinkState.Reconnecting);
        world.Advance(TimeSpan.FromMinutes(5));
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", Ana, "back again"));
    }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<ILineLink> OpenAsync(ProviderContractWorld world, ProviderContractEvents events)
    {
        var line = await world.OwnAsync();
        return world.Provider.Open(line, events);
    }

    private static async Task<PairedLine> PairAsync(ProviderContractWorld world)
    {
        var line = await world.OwnAsync();
        var events = new ProviderContractEvents(world.Patience);
        var link = world.Provider.Open(line, events);
        await link.BeginPairingAsync(new PairingRequest(PairingMethod.Qr, null), Cancel);
        await world.ScanAsync((await events.NextAsync<QrOffered>()).Payload, Shop);
        await events.StateAsync(LinkState.Connected);
        return new PairedLine(line, link, events, (await events.NextAsync<LinePaired>()).Identity);
    }

    private static async Task<PairedLine> TakeOverAsync(
        ProviderContractWorld world, IProvider provider, PairedLine former, LinkState until)
    {
        var line = await world.TakeOverAsync(former.Line, former.Identity);
        var events = new ProviderContractEvents(world.Patience);
        var link = provider.Open(line, events);
        await link.StartAsync(Cancel);
        await events.StateAsync(until);
        return new PairedLine(line, link, events, former.Identity);
    }

    private sealed record PairedLine(LinkDescriptor Line, ILineLink Link, ProviderContractEvents Events, LineIdentity Identity)
        : IAsyncDisposable
    {
        public Task<SendResult> SendAsync(string id, string to, string body, int attempt = 1) =>
            SendAsync(id, new ChatAddress(to, null), body, attempt);

        public Task<SendResult> SendAsync(string id, ChatAddress to, string body, int attempt = 1) =>
            SendAsync(id, to, new OutboundContent.Text(body), attempt);

        public Task<SendResult> SendAsync(string id, ChatAddress to, OutboundContent content, int attempt = 1) => Link.SendAsync(
            new OutboundMessage(Guid.CreateVersion7(), id, to, content, null, TimeSpan.Zero, attempt), Cancel);

        public ValueTask DisposeAsync() => Link.DisposeAsync();
    }
}
