using Ezw.Providers;
using Ezw.Tests.Contracts;

namespace Ezw.Tests.Providers.Simulator;

/// <summary>A connected line on a simulated world, told through intents.</summary>
internal sealed record SimulatedLine(ILineLink Link, ProviderContractEvents Events, LineIdentity Identity) : IAsyncDisposable
{
    public const string Shop = "+972501000001";
    public const string Ana = "+34600111222";

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<SimulatedLine> ConnectAsync(SimulatedWorld world, string phoneNumber = Shop)
    {
        var identity = world.Network.LinkDevice(phoneNumber);
        var line = Open(world.Provider, identity, epoch: 1);
        await line.Link.StartAsync(Cancel);
        await line.Events.StateAsync(LinkState.Connected);
        return line;
    }

    public static SimulatedLine Open(IProvider provider, LineIdentity identity, long epoch)
    {
        var events = new ProviderContractEvents();
        return new SimulatedLine(provider.Open(new LinkDescriptor(Guid.Empty, Guid.Empty, epoch, identity), events), events, identity);
    }

    public Task<SendResult> SendAsync(string id, string body = "hola", string to = Ana, int attempt = 1) =>
        SendAsync(id, body, new ChatAddress(to, null), attempt);

    public Task<SendResult> SendAsync(string id, string body, ChatAddress to, int attempt = 1) =>
        SendAsync(id, new OutboundContent.Text(body), to, attempt);

    public Task<SendResult> SendAsync(string id, OutboundContent content, ChatAddress to, int attempt = 1) =>
        Link.SendAsync(new OutboundMessage(Guid.Empty, id, to, content, null, TimeSpan.Zero, attempt), Cancel);

    public ValueTask DisposeAsync() => Link.DisposeAsync();
}
