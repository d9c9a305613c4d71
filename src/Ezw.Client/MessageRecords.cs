using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>POST /api/v1/messages/text. Exactly one of <c>to</c> and <c>conversationId</c> (or <c>conversation_id</c>). Members not listed are ignored.</summary>
/// <param name="To">Phone number in international form; plus sign, spaces and dashes may be missing.</param>
/// <param name="Body">1 to 65,536 characters, not blank.</param>
/// <param name="QuotedMessageId">A message of this line to reply to.</param>
/// <param name="TypingTime">Seconds to show "typing…" first, 0 to 60.</param>
/// <param name="IdempotencyKey">Used when there is no Idempotency-Key header.</param>
public sealed record NewTextMessage(
    string? To, string? ConversationId, [property: JsonPropertyName("conversation_id")] string? ConversationIdAlias, string? Body,
    CtaUrlButton? CtaUrlButton, string? QuotedMessageId, decimal? TypingTime, string? IdempotencyKey);

/// <summary>POST /api/v1/messages/media. The target as in a text. Members not listed are ignored.</summary>
/// <param name="Type">image, video, audio or document.</param>
/// <param name="Url">http or https and public; fetched before sending. Type, declaration and bytes must agree.</param>
/// <param name="Caption">Up to 1,024 characters.</param>
/// <param name="Filename">The name shown for a document; else that of the URL or of its answer.</param>
public sealed record NewMediaMessage(
    string? To, string? ConversationId, [property: JsonPropertyName("conversation_id")] string? ConversationIdAlias, string? Type,
    string? Url, string? Caption, string? Filename, string? QuotedMessageId, decimal? TypingTime, string? IdempotencyKey);

/// <summary>POST /api/lines/{lineId}/send as JSON, or the same names as multipart fields with one image as <c>media</c>.</summary>
/// <param name="BodyText">1 to 65,536 characters; with an image its optional caption, up to 1,024.</param>
/// <param name="IdempotencyKey">Used when there is no Idempotency-Key header.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WorkspaceSend(
    string? ConversationId, string? BodyText, string? QuotedMessageId = null, string? IdempotencyKey = null);

/// <param name="DisplayText">The button's text; <c>text</c> means the same.</param>
/// <param name="Url">http or https.</param>
public sealed record CtaUrlButton(string? DisplayText, string? Text, string? Url);

/// <summary>202: the message is durably queued.</summary>
public sealed record MessageQueued(
    Guid MessageId, Guid ConversationId, Guid LineId, string Status, string? IdempotencyKey, DateTimeOffset QueuedAt);

/// <summary>The state of a message that this line sent.</summary>
/// <param name="Status">queued, sending, sent, delivered, read, played, failed, canceled or in_doubt. It only moves forward.</param>
/// <param name="Error">Why it failed or is in doubt.</param>
public sealed record MessageState(
    Guid MessageId, Guid ConversationId, Guid LineId, string Status, string? ProviderMessageId, string Type, string? Body,
    SentButton? CtaUrlButton, MessageError? Error, DateTimeOffset QueuedAt, IReadOnlyList<AttemptView> Attempts);

public sealed record SentButton(string DisplayText, string Url);

/// <param name="Code">Stable code, listed in docs/errors.md.</param>
public sealed record MessageError(string Code, string Message);

/// <param name="Outcome">accepted, ambiguous, rejected; null while it runs or when its node died.</param>
public sealed record AttemptView(long Number, DateTimeOffset StartedAt, long? DurationMs, string? Outcome, string? ErrorCode);

/// <summary>What a message says beyond its text. At most one member is set.</summary>
public sealed record MessageContentView
{
    public LocationView? Location { get; init; }

    public IReadOnlyList<ContactCardView>? Contacts { get; init; }

    public PollView? Poll { get; init; }

    /// <summary>A type that is kept and cannot be shown yet.</summary>
    public UnsupportedView? Unsupported { get; init; }
}

/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
/// <param name="Live">The sender went on sharing where they are; this is the first place.</param>
public sealed record LocationView(double Latitude, double Longitude, string? Name, string? Address, bool Live);

/// <param name="PhoneNumbers">As written on the card.</param>
/// <param name="VCard">The card itself (RFC 6350).</param>
public sealed record ContactCardView(string Name, IReadOnlyList<string> PhoneNumbers, string VCard);

/// <param name="Choices">How many options one person may choose; 0 for any number.</param>
public sealed record PollView(string Question, IReadOnlyList<string> Options, int Choices);

/// <param name="ProviderType">WhatsApp's own name of the type.</param>
/// <param name="Raw">JSON as it came.</param>
public sealed record UnsupportedView(string ProviderType, string Raw);

/// <summary>POST /api/messages/{messageId}/forward.</summary>
/// <param name="ConversationIds">1 to 20 conversations, on any line that the caller may operate.</param>
/// <param name="IdempotencyKey">Used when there is no Idempotency-Key header; it covers every target by itself.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Forward(IReadOnlyList<Guid>? ConversationIds, string? IdempotencyKey = null);

public sealed record ForwardResult(IReadOnlyList<ForwardedItem> Items);

/// <param name="MessageId">The new message; null when it was not queued.</param>
/// <param name="Code">Why not: not_found, forbidden, line_not_sendable or idempotency_key_reused.</param>
public sealed record ForwardedItem(Guid ConversationId, Guid? MessageId, string? Code);

/// <summary>A short-lived address of a file; whoever has it may read the file until then.</summary>
public sealed record AttachmentUrl(Uri Url, DateTimeOffset ExpiresAt);
