namespace Ezw.Providers;

/// <summary>
/// What moves messages: one implementation per kind of connection to WhatsApp (simulator, linked-device, cloud-api).
/// A provider knows no organization's data; it opens links, and everything it learns goes to the sink of the link.
/// </summary>
public interface IProvider
{
    /// <summary>Stable name stored on the line: "simulator", "linked-device", "cloud-api".</summary>
    string Kind { get; }

    ProviderCapabilities Capabilities { get; }

    /// <summary>Makes the link of a line. Nothing touches the network before <see cref="ILineLink.StartAsync"/> or a pairing.</summary>
    ILineLink Open(LinkDescriptor line, ILineEventSink sink);
}

/// <summary>
/// The live connection of one line, owned by one node under one epoch. Every method may be called at any time and is idempotent;
/// an exception means the same as <see cref="ErrorClass.EngineFault"/>: the caller retries.
/// </summary>
public interface ILineLink : IAsyncDisposable
{
    /// <summary>Connects a paired line and keeps it connected (own back-off) until stopped. States arrive as <see cref="LinkStateChanged"/>.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Closes the connection; the pairing stays. Completes when the socket is closed, so that another node may connect.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Begins linking. Offers arrive as <see cref="QrOffered"/> or <see cref="PairingCodeOffered"/>, the end as <see cref="LinePaired"/> or <see cref="PairingEnded"/>.</summary>
    Task BeginPairingAsync(PairingRequest request, CancellationToken cancellationToken);

    Task CancelPairingAsync(CancellationToken cancellationToken);

    /// <summary>Removes this device from the WhatsApp account. Best effort when not connected.</summary>
    Task LogoutAsync(CancellationToken cancellationToken);

    /// <summary>Sends under the id that the caller minted. The same id may be sent again: WhatsApp shows it once.</summary>
    Task<SendResult> SendAsync(OutboundMessage message, CancellationToken cancellationToken);

    Task MarkReadAsync(ReadMarker marker, CancellationToken cancellationToken);

    Task SetChatStateAsync(ChatAddress chat, ChatState state, CancellationToken cancellationToken);

    /// <summary>
    /// Opens inbound media. The provider decides hosts and checks hashes: whoever reads to the end has the sender's bytes. An
    /// <see cref="IOException"/>, now or while reading, is worth another try; an <see cref="InvalidDataException"/> is not.
    /// </summary>
    Task<Stream> OpenMediaAsync(MediaPointer media, CancellationToken cancellationToken);

    /// <summary>Asks which E.164 numbers are on WhatsApp.</summary>
    Task<IReadOnlyList<NumberCheck>> CheckNumbersAsync(IReadOnlyList<string> phoneNumbers, CancellationToken cancellationToken);

    Task<ProbeReport> ProbeAsync(CancellationToken cancellationToken);
}

/// <summary>Where a link reports. A call completes only after the durable commit; until then the provider must not acknowledge to WhatsApp.</summary>
public interface ILineEventSink
{
    /// <exception cref="StaleEpochException">Nothing was stored, and nothing of this link will be.</exception>
    Task PublishAsync(LineEvent happened, CancellationToken cancellationToken);
}

/// <summary>Another node owns the line: this one's link ends.</summary>
public sealed class StaleEpochException() : Exception("Another node owns the line.");

/// <param name="Epoch">The ownership epoch under which this link may act.</param>
/// <param name="Identity">Who the line is linked as; null when it is not paired.</param>
public sealed record LinkDescriptor(Guid OrganizationId, Guid LineId, long Epoch, LineIdentity? Identity);

/// <param name="PhoneNumber">E.164 with the plus sign.</param>
/// <param name="DeviceId">The provider's opaque name of this linked device; needed to reconnect.</param>
public sealed record LineIdentity(string PhoneNumber, string? Lid, string DeviceId);

/// <param name="ClientMessageIds">The provider accepts our message ids, so that a retry under the same id is harmless.</param>
/// <param name="CtaUrl">Whether URL buttons are native or fall back to text with a link.</param>
/// <param name="Media">The largest files that can be sent; null when none can.</param>
public sealed record ProviderCapabilities(
    bool PairByQr, bool PairByCode, bool ClientMessageIds, bool NumberCheck, CtaUrlSupport CtaUrl, int MaxTextLength,
    MediaLimits? Media = null);

/// <param name="AudioBytes">Of audio files and voice notes.</param>
public sealed record MediaLimits(long ImageBytes, long VideoBytes, long AudioBytes, long DocumentBytes, long StickerBytes)
{
    public long Of(MediaKind kind) => kind switch
    {
        MediaKind.Image => ImageBytes,
        MediaKind.Video => VideoBytes,
        MediaKind.Audio or MediaKind.Voice => AudioBytes,
        MediaKind.Document => DocumentBytes,
        MediaKind.Sticker => StickerBytes,
        _ => throw new InvalidOperationException($"Unknown media kind {kind}."),
    };
}

public enum CtaUrlSupport { Native, TextFallback }

public enum ChatState { Composing, Recording, Paused }

public sealed record ReadMarker(ChatAddress Chat, IReadOnlyList<string> ProviderMessageIds);

/// <summary>Opaque reference that arrived with a message; only the same provider can open it.</summary>
public sealed record MediaPointer(string Reference);

public sealed record NumberCheck(string PhoneNumber, bool OnWhatsApp, string? Lid);

/// <param name="Summary">A sentence for an owner.</param>
public sealed record ProbeReport(bool Healthy, string Summary);

/// <param name="PhoneNumber">Required for <see cref="PairingMethod.Code"/>: E.164.</param>
public sealed record PairingRequest(PairingMethod Method, string? PhoneNumber);

public enum PairingMethod { Qr, Code }
