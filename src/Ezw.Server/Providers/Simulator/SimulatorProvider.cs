using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>Opens links to the simulated network.</summary>
internal sealed class SimulatorProvider(INetworkTransport transport, TimeProvider time, int seed = 1) : IProvider
{
    public const string KindName = "simulator";

    public string Kind => KindName;

    public ProviderCapabilities Capabilities { get; } = new(
        PairByQr: true, PairByCode: true, ClientMessageIds: true, NumberCheck: true, CtaUrlSupport.Native, SimulatedNetwork.MaxTextLength);

    public ILineLink Open(LinkDescriptor line, ILineEventSink sink) => new SimulatorLink(transport, time, new Dice(seed), line, sink);
}
