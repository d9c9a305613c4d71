namespace Ezw.Providers;

/// <summary>Closed set of what a link can report. Times are WhatsApp's where it names one.</summary>
public abstract record LineEvent(DateTimeOffset At);

/// <param name="Reason">Stable lower_snake_case code, or empty.</param>
/// <param name="Detail">A sentence that an owner understands, or empty.</param>
public sealed record LinkStateChanged(DateTimeOffset At, LinkState State, string Reason, string Detail) : LineEvent(At);

/// <summary>The states a link can be in, as told by the provider.</summary>
public enum LinkState { Connecting, Connected, Reconnecting, Restricted, Conflict, LoggedOut, EngineOutdated, Failed, Stopped }

/// <param name="Payload">The text to draw as a QR code.</param>
public sealed record QrOffered(DateTimeOffset At, string Payload, DateTimeOffset ExpiresAt) : LineEvent(At);

/// <param name="Code">Eight characters to type on the phone.</param>
public sealed record PairingCodeOffered(DateTimeOffset At, string Code, DateTimeOffset ExpiresAt) : LineEvent(At);

public sealed record LinePaired(DateTimeOffset At, LineIdentity Identity) : LineEvent(At);

/// <summary>A pairing ended without a link: "expired", "canceled", "refused", "unreachable".</summary>
public sealed record PairingEnded(DateTimeOffset At, string Reason) : LineEvent(At);

/// <param name="FromMe">True for a message that the owner wrote on the phone or another device.</param>
/// <param name="Type">"text", or WhatsApp's own name of a type that is kept but not yet shown.</param>
/// <param name="SenderName">The name the sender chose (push name).</param>
public sealed record MessageSeen(
    DateTimeOffset At, string ProviderMessageId, ChatAddress Chat, bool FromMe, string Type, string? Body,
    string? QuotedProviderMessageId, string? SenderName) : LineEvent(At);

/// <summary>Progress of messages that this line sent.</summary>
public sealed record ReceiptSeen(DateTimeOffset At, IReadOnlyList<string> ProviderMessageIds, ReceiptKind Kind) : LineEvent(At);

public enum ReceiptKind { Server, Delivered, Read, Played, Failed }

/// <summary>WhatsApp told that a phone number and a LID are one person.</summary>
public sealed record IdentityLinked(DateTimeOffset At, string PhoneNumber, string Lid) : LineEvent(At);
