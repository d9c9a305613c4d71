using Ezw.Providers.LinkedDevice.Processes;
using Microsoft.Extensions.Options;

namespace Ezw.Providers.LinkedDevice;

/// <summary>Real WhatsApp: lines are linked devices of their owners' phones, carried by sidecar processes.</summary>
internal sealed class LinkedDeviceProvider(
    SidecarPool pool, LineTools tools, MediaReferences references, IOptions<LinkedDeviceOptions> options, TimeProvider time,
    ILogger<LinkedDeviceProvider> log) : IProvider
{
    public const string KindName = "linked-device";

    /// <summary>What WhatsApp's own clients let through.</summary>
    public static readonly MediaLimits Media = new(
        ImageBytes: 16 * Megabyte, VideoBytes: 64 * Megabyte, AudioBytes: 16 * Megabyte, DocumentBytes: 100 * Megabyte,
        StickerBytes: Megabyte);

    private const long Megabyte = 1024 * 1024;
    private const int MaxTextLength = 65_536;

    public string Kind => KindName;

    public ProviderCapabilities Capabilities { get; } = new(
        PairByQr: true, PairByCode: true, ClientMessageIds: true, NumberCheck: true,
        options.Value.CtaUrlNative ? CtaUrlSupport.Native : CtaUrlSupport.TextFallback, MaxTextLength, Media);

    public ILineLink Open(LinkDescriptor line, ILineEventSink sink) => new LinkedDeviceLink(pool, tools, references, line, sink, time, log);
}
