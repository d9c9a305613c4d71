using System.Text.Json.Serialization;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>Closed set of what a linked device asks of the network.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "ask")]
[JsonDerivedType(typeof(LoginRequest), "login")]
[JsonDerivedType(typeof(PairRequest), "pair")]
[JsonDerivedType(typeof(CancelPairingRequest), "cancelPairing")]
[JsonDerivedType(typeof(CommitRequest), "commit")]
[JsonDerivedType(typeof(UploadRequest), "upload")]
[JsonDerivedType(typeof(SendRequest), "send")]
[JsonDerivedType(typeof(MarkReadRequest), "markRead")]
[JsonDerivedType(typeof(ChatStateRequest), "chatState")]
[JsonDerivedType(typeof(CheckNumbersRequest), "checkNumbers")]
[JsonDerivedType(typeof(OpenMediaRequest), "openMedia")]
[JsonDerivedType(typeof(LogoutRequest), "logout")]
[JsonDerivedType(typeof(ProbeRequest), "probe")]
internal abstract record NetworkRequest;

/// <param name="Epoch">Only recorded: WhatsApp knows no epochs, but a test wants to see who was connected when.</param>
internal sealed record LoginRequest(LineIdentity Identity, long Epoch) : NetworkRequest;

internal sealed record PairRequest(PairingRequest Pairing, long Epoch) : NetworkRequest;

internal sealed record CancelPairingRequest : NetworkRequest;

/// <summary>Everything up to this sequence is durable at the receiver and leaves the offline queue.</summary>
internal sealed record CommitRequest(long Sequence) : NetworkRequest;

/// <summary>A piece of the file of a message that follows.</summary>
/// <param name="SizeBytes">Of the whole file.</param>
internal sealed record UploadRequest(string ProviderMessageId, long Offset, long SizeBytes, byte[] Bytes) : NetworkRequest;

internal sealed record SendRequest(OutgoingMessage Message) : NetworkRequest;

internal sealed record MarkReadRequest(ReadMarker Marker) : NetworkRequest;

internal sealed record ChatStateRequest(ChatAddress Chat, ChatState State) : NetworkRequest;

internal sealed record CheckNumbersRequest(IReadOnlyList<string> PhoneNumbers) : NetworkRequest;

/// <param name="Offset">Where the wanted piece begins.</param>
internal sealed record OpenMediaRequest(string Reference, long Offset) : NetworkRequest;

internal sealed record LogoutRequest : NetworkRequest;

internal sealed record ProbeRequest : NetworkRequest;

/// <param name="Body">The text, or the caption of a file.</param>
internal sealed record OutgoingMessage(
    string ProviderMessageId, ChatAddress To, string Body, string? ButtonText, string? ButtonUrl, string? QuotedProviderMessageId,
    OutgoingMedia? Media = null);

/// <summary>What the sender says of the file that was uploaded under the message's id.</summary>
internal sealed record OutgoingMedia(MediaKind Kind, string MimeType, string? FileName, long SizeBytes);
