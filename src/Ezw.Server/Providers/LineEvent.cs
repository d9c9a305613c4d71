namespace Ezw.Providers;

/// <summary>Closed set of what a link can report. Times are WhatsApp's where it names one.</summary>
public abstract record LineEvent(DateTimeOffset At);

/// <param name="Reason">Stable lower_snake_case code, or empty.</param>
/// <param name="Detail">A sentence that an owner understands, or empty.</param>
/// <param name="Until">When a restriction ends, where WhatsApp says so. A link may learn it after it told of the restriction, and tells it again.</param>
public sealed record LinkStateChanged(
    DateTimeOffset At, LinkState State, string Reason, string Detail, DateTimeOffset? Until = null) : LineEvent(At);

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
/// <param name="SenderName">The name the sender chose (push name).</param>
/// <param name="Sender">Who wrote it, in a group; null elsewhere and for the owner's own.</param>
/// <param name="ChatName">The subject of a group, if WhatsApp told it.</param>
public sealed record MessageSeen(
    DateTimeOffset At, string ProviderMessageId, ChatAddress Chat, bool FromMe, SeenContent Content,
    string? QuotedProviderMessageId, string? SenderName, ChatAddress? Sender = null, string? ChatName = null) : LineEvent(At);

/// <summary>Names a message within a chat: WhatsApp's ids are unique per chat and sender only.</summary>
/// <param name="FromMe">Whether this account sent it.</param>
public sealed record MessageReference(ChatAddress Chat, string ProviderMessageId, bool FromMe);

/// <summary>Somebody reacted, changed or took back a reaction. It may come before the message it is about.</summary>
/// <param name="FromMe">The owner reacted on the phone or another device.</param>
/// <param name="Sender">Who reacted, in a group; elsewhere the other side of the chat.</param>
/// <param name="Emoji">Null when the reaction was taken back.</param>
public sealed record ReactionSeen(
    DateTimeOffset At, MessageReference Target, bool FromMe, ChatAddress? Sender, string? Emoji) : LineEvent(At);

/// <summary>The sender changed the text of a message. It may come before that message.</summary>
public sealed record MessageEdited(DateTimeOffset At, MessageReference Target, string Body) : LineEvent(At);

/// <summary>The sender deleted a message for everybody. It may come before that message.</summary>
public sealed record MessageDeleted(DateTimeOffset At, MessageReference Target) : LineEvent(At);

/// <summary>The owner read a chat on the phone or another device.</summary>
public sealed record ChatRead(DateTimeOffset At, ChatAddress Chat) : LineEvent(At);

/// <summary>A person's or group's own name changed or became known.</summary>
public sealed record ChatNamed(DateTimeOffset At, ChatAddress Chat, string Name) : LineEvent(At);

/// <summary>Progress of messages that this line sent.</summary>
public sealed record ReceiptSeen(DateTimeOffset At, IReadOnlyList<string> ProviderMessageIds, ReceiptKind Kind) : LineEvent(At);

public enum ReceiptKind { Server, Delivered, Read, Played, Failed }

/// <summary>WhatsApp told that a phone number and a LID are one person.</summary>
public sealed record IdentityLinked(DateTimeOffset At, string PhoneNumber, string Lid) : LineEvent(At);

/// <summary>
/// A piece of what was said before the line was linked, as the phone hands it over. It may come again, and overlap with what comes live:
/// that is the same message, and no news.
/// </summary>
/// <param name="Identities">Who is who in this piece, and perhaps in later ones.</param>
/// <param name="Names">What people and groups are called who have no name here yet.</param>
/// <param name="Progress">Percent of the past that is handed over with this piece; null where the phone does not tell.</param>
/// <param name="IsComplete">The phone has nothing more to hand over.</param>
/// <param name="HasGap">Something before this piece could not be had, and will not come.</param>
public sealed record HistorySeen(
    DateTimeOffset At, IReadOnlyList<IdentityLinked> Identities, IReadOnlyList<ChatNamed> Names, IReadOnlyList<MessageSeen> Messages,
    int? Progress, bool IsComplete, bool HasGap = false) : LineEvent(At);
