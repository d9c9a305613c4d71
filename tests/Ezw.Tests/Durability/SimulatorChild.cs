using System.Net;
using Ezw.Providers.Simulator;

namespace Ezw.Tests.Durability;

/// <summary>WhatsApp for these tests: the simulator as a process of its own, whose record survives every server.</summary>
internal sealed class SimulatorChild : IAsyncDisposable
{
    private readonly GuardedProcess process;

    private SimulatorChild(GuardedProcess process, string address, SimulatorDoor door)
    {
        this.process = process;
        Address = address;
        Door = door;
    }

    public string Address { get; }

    public SimulatorDoor Door { get; }

    public static async Task<SimulatorChild> StartAsync()
    {
        var process = await GuardedProcess.StartAsync(
            "simulator listening on ", ServerProcess.Executable, SimulatorProcess.Verb, "--port", "0");
        var address = await process.ReadyAsync();
        return new SimulatorChild(process, address, await SimulatorDoor.ConnectAsync(IPEndPoint.Parse(address), default));
    }

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        await process.DisposeAsync();
    }
}
