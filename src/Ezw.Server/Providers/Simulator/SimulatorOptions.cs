using System.Net;

namespace Ezw.Providers.Simulator;

/// <summary>Settings of the simulator.</summary>
internal sealed class SimulatorOptions
{
    public const string Section = "Ezw:Simulator";

    /// <summary>Empty for a network in this process, else the address of one in another process: "127.0.0.1:7070".</summary>
    public string Network { get; set; } = "";

    /// <summary>The same seed gives the same delays, faults and people.</summary>
    public int Seed { get; set; } = 1;

    public bool InProcess => string.IsNullOrWhiteSpace(Network);

    public bool TryEndPoint(out IPEndPoint address)
    {
        var parsed = IPEndPoint.TryParse(Network, out var found) && found.Port != 0;
        address = parsed ? found! : new IPEndPoint(IPAddress.Loopback, 0);
        return parsed;
    }
}
