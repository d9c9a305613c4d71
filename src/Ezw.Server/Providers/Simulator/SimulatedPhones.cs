using Ezw.Providers.Simulator.Network;
using Microsoft.Extensions.Options;

namespace Ezw.Providers.Simulator;

/// <summary>The phones of the simulated network, wherever it runs.</summary>
internal sealed class SimulatedPhones(SimulatedNetwork network, IOptions<SimulatorOptions> options) : ISimulatedPhones
{
    public string Kind => SimulatorProvider.KindName;

    public async Task<bool> ScanAsync(string payload, string phoneNumber, CancellationToken cancellationToken)
    {
        if (!options.Value.TryEndPoint(out var address))
            return network.Scan(payload, phoneNumber);
        await using var door = await SimulatorDoor.ConnectAsync(address, cancellationToken);
        return await door.ScanAsync(payload, phoneNumber, cancellationToken);
    }

    public async Task<bool> EnterCodeAsync(string code, string phoneNumber, CancellationToken cancellationToken)
    {
        if (!options.Value.TryEndPoint(out var address))
            return network.EnterCode(phoneNumber, code);
        await using var door = await SimulatorDoor.ConnectAsync(address, cancellationToken);
        return await door.EnterCodeAsync(phoneNumber, code, cancellationToken);
    }
}
