using System.Net;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Tests.Durability;

/// <summary>WhatsApp for these tests: the simulator as a process of its own, whose record survives every server.</summary>
internal sealed class SimulatorChild : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

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

    /// <summary>The record, in order of first arrival.</summary>
    public Task<IReadOnlyList<RecordedMessage>> MessagesAsync() => Door.MessagesAsync(CancellationToken.None);

    /// <summary>Completes when that many distinct messages have arrived.</summary>
    public Task ReachedAsync(int count) => Door.MessagesReachedAsync(count, CancellationToken.None).WaitAsync(Patience);

    public Task<IReadOnlyList<SessionRecord>> SessionsAsync() => Door.SessionsAsync(CancellationToken.None);

    public Task<TimeSpan> LongestOverlapAsync() => Door.LongestOverlapAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        await process.DisposeAsync();
    }
}
