using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;
using Ezw.Tests.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Providers.Simulator;

internal sealed class SimulatedWorld : ProviderContractWorld
{
    private readonly SimulatedNetworkHost? host;

    public SimulatedWorld(bool overTcp, int seed = 1)
    {
        Network = new SimulatedNetwork(Time, seed);
        host = overTcp ? SimulatedNetworkHost.Listen(Network) : null;
        Transport = host is null ? new InProcessTransport(Network) : new TcpTransport(host.Address);
        Provider = new SimulatorProvider(Transport, Time, seed);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    public SimulatedNetwork Network { get; }

    public INetworkTransport Transport { get; }

    public override IProvider Provider { get; }

    public override void Advance(TimeSpan time) => Time.Advance(time);

    public override Task<bool> ScanAsync(string payload, string phoneNumber) => Task.FromResult(Network.Scan(payload, phoneNumber));

    public override Task<bool> EnterCodeAsync(string phoneNumber, string code) => Task.FromResult(Network.EnterCode(phoneNumber, code));

    public override Task<string> PersonWritesAsync(string person, string account, string body) =>
        Task.FromResult(Network.PersonWrites(person, account, body));

    public override Task<string> PhoneWritesAsync(string account, string person, string body) =>
        Task.FromResult(Network.PhoneWrites(account, person, body));

    public override Task UnlinkAsync(string account) => Do(() => Network.Unlink(account));

    public override Task BreakStreamAsync(string account) => Do(() => Network.Disconnect(account));

    public override Task LoseAcksAsync(bool lose) => Do(() => Network.SetFaults(new NetworkFaults { AckLoss = lose ? 1 : 0 }));

    public override Task RestrictAsync(string account, bool restricted) =>
        Do(() => Network.SetFaults(new NetworkFaults { Restricted = restricted }, account));

    public override Task RemoveFromWhatsAppAsync(string phoneNumber) =>
        Do(() => Network.Describe(phoneNumber, person => person.OnWhatsApp = false));

    public override Task<IReadOnlyList<string>> ShownToAsync(string person) => Task.FromResult<IReadOnlyList<string>>(
        [.. Network.Messages().Where(message => message.ChatKey == person).Select(message => message.Body)]);

    public override Task<int> ArrivalsAsync(string providerMessageId) => Task.FromResult(
        Network.Messages().Single(message => message.ProviderMessageId == providerMessageId).ArrivalCount);

    public override async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        Network.Dispose();
    }

    private static Task Do(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
