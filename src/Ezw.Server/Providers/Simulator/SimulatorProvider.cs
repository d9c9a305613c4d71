using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>Opens links to the simulated network.</summary>
internal sealed class SimulatorProvider(INetworkTransport transport, TimeProvider time, int seed = 1) : IProvider
{
    public const string KindName = "simulator";

    /// <summary>What WhatsApp's own clients let through.</summary>
    public static readonly MediaLimits Media = new(
        ImageBytes: 16 * Megabyte, VideoBytes: 64 * Megabyte, AudioBytes: 64 * Megabyte, DocumentBytes: 100 * Megabyte,
        StickerBytes: Megabyte);

    private const long Megabyte = 1024 * 1024;

    public string Kind => KindName;

    public ProviderCapabilities Capabilities { get; } = new(
        PairByQr: true, PairByCode: true, ClientMessageIds: true, NumberCheck: true, CtaUrlSupport.Native, SimulatedNetwork.MaxTextLength,
        Media);

    public ILineLink Open(LinkDescriptor line, ILineEventSink sink) => new SimulatorLink(transport, time, new Dice(seed), line, sink);
}
