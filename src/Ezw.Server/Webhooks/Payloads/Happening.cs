using Ezw.Client;

namespace Ezw.Webhooks.Payloads;

/// <summary>What happened, with everything that a payload may say of it: one entry of the event log, read together with its rows.</summary>
internal abstract record Happening(long Position, Guid LineId, ChatFacts Chat)
{
    /// <summary>A message came, was written on the phone, or was accepted for sending.</summary>
    public sealed record Message(long Position, Guid LineId, ChatFacts Chat, MessageFacts Said) : Happening(Position, LineId, Chat);

    /// <summary>A message of ours moved forward.</summary>
    /// <param name="Moved">The status of the event, not that of the message now.</param>
    /// <param name="At">Epoch-milliseconds.</param>
    public sealed record Status(long Position, Guid LineId, ChatFacts Chat, MessageFacts Of, string Moved, long At)
        : Happening(Position, LineId, Chat);

    /// <summary>Somebody reacted to a message, edited or deleted it.</summary>
    /// <param name="Kind">reaction, edit or delete.</param>
    /// <param name="Target">WhatsApp's id of the message that changed, which may not have come yet.</param>
    /// <param name="FromMe">Who changed it.</param>
    /// <param name="Value">The emoji, empty when taken back; the new text; empty for a deletion.</param>
    /// <param name="MessageId">Ours, of the target; null when it has not come.</param>
    /// <param name="Sender">Who changed it in a group; null for our own side, and where WhatsApp does not tell.</param>
    /// <param name="At">Epoch-milliseconds.</param>
    public sealed record Change(
        long Position, Guid LineId, ChatFacts Chat, string Kind, string Target, Guid? MessageId, bool FromMe, Person? Sender, string Value,
        long At) : Happening(Position, LineId, Chat);
}

/// <param name="ProviderChatId">
/// As WhatsApp names it: 972501234567@s.whatsapp.net, …@lid or …@g.us. Null when WhatsApp has not told: only an import knows the chat.
/// </param>
/// <param name="PhoneNumber">E.164 of the other side; null when unknown and for groups. Never made from a LID.</param>
/// <param name="Name">As the team or the contact calls them.</param>
/// <param name="Unread">How many messages of it are unread.</param>
/// <param name="LinePhoneNumber">E.164 of our side; null when the line is linked to no phone.</param>
internal sealed record ChatFacts(
    Guid ConversationId, string? ProviderChatId, bool IsGroup, string? PhoneNumber, string? Name, long Unread, string? LinePhoneNumber);

/// <param name="ProviderId">WhatsApp's chat id of the person.</param>
internal sealed record Person(string? ProviderId, string? PhoneNumber, string? Name);

/// <param name="Id">Ours.</param>
/// <param name="Type">As stored: text, image, …, location, contacts, poll, unsupported.</param>
/// <param name="Sender">Who wrote it in a group.</param>
/// <param name="QuotedProviderId">WhatsApp's id of the message that it answers.</param>
/// <param name="Status">How far it has come when this is read, which may be further than it was at the event.</param>
/// <param name="At">Epoch-milliseconds, WhatsApp's time.</param>
internal sealed record MessageFacts(
    Guid Id, string ProviderId, bool FromMe, string Origin, Person? Sender, string Type, string? Body, MessageContentView? Content,
    SentButton? Button, FileFacts? File, string? QuotedProviderId, string Status, string? ErrorCode, string? ErrorMessage, long At);

/// <param name="Id">Of the attachment: GET /api/v1/media/{id} reads it.</param>
/// <param name="Sha256">Hex, once it is archived.</param>
internal sealed record FileFacts(
    Guid Id, string Kind, string? MimeType, string? FileName, long? SizeBytes, long? Width, long? Height, long? DurationMs, string? Sha256);
