namespace Ezw.Client;

/// <summary>A line's chat with a contact or a group.</summary>
/// <param name="Type">individual or group.</param>
/// <param name="UnreadCount">Messages of the contact that nobody has read here or on the phone.</param>
/// <param name="WaitingSince">When the contact wrote first after the last answer; null when nobody waits.</param>
/// <param name="Version">Moves with assignment, stage and snooze; messages do not move it.</param>
public sealed record ConversationView(
    Guid Id, Guid LineId, ContactCard Contact, string Type, Guid StageId, DateTimeOffset StageSince, AssigneeView? Assignee,
    long UnreadCount, LastMessageView? LastMessage, DateTimeOffset? WaitingSince, DateTimeOffset? SnoozedUntil, long Version,
    DateTimeOffset CreatedAt);

/// <summary>Who somebody is, in a line.</summary>
/// <param name="Name">The name that the team gave, else the one chosen on WhatsApp, else the phone number; null when none is known.</param>
/// <param name="PhoneNumber">E.164; null when WhatsApp does not tell it. Never WhatsApp's internal id.</param>
public sealed record ContactCard(Guid Id, string? Name, string? PhoneNumber, bool IsPhoneKnown);

public sealed record AssigneeView(Guid UserId, DateTimeOffset Since);

/// <param name="Preview">At most 120 characters of text on one line; null where only the type tells anything.</param>
/// <param name="At">WhatsApp's time.</param>
public sealed record LastMessageView(Guid Id, string Type, string? Preview, bool FromMe, DateTimeOffset At, string Status);

/// <summary>A message as the team reads it.</summary>
/// <param name="Origin">contact, workspace, channel_api, campaign or phone.</param>
/// <param name="Author">The member who sent it from the workspace.</param>
/// <param name="Sender">Who wrote it in a group.</param>
/// <param name="Status">received; or queued, sending, sent, delivered, read, played, failed, canceled, in_doubt.</param>
/// <param name="OriginalBody">What it said before it was edited.</param>
/// <param name="IsHistory">Imported: it was written before the line came here.</param>
/// <param name="At">WhatsApp's time.</param>
/// <param name="ReceivedAt">When it was received or accepted here.</param>
public sealed record MessageView(
    Guid Id, Guid ConversationId, Guid LineId, bool FromMe, string Origin, AuthorView? Author, ContactCard? Sender, string Type, string? Body,
    MessageContentView? Content, SentButton? CtaUrlButton, IReadOnlyList<AttachmentView> Attachments, Guid? QuotedMessageId,
    IReadOnlyList<ReactionView> Reactions, DateTimeOffset? EditedAt, string? OriginalBody, DateTimeOffset? DeletedAt, string Status,
    MessageError? Error, bool IsHistory, DateTimeOffset At, DateTimeOffset ReceivedAt);

public sealed record AuthorView(Guid UserId);

/// <param name="Kind">image, video, audio, voice, document or sticker.</param>
/// <param name="State">pending until the file is here, then stored, or failed with an error.</param>
/// <param name="MimeType">What the bytes are; while pending, what the sender said.</param>
public sealed record AttachmentView(
    Guid Id, string Kind, string State, string? MimeType, string? FileName, long? SizeBytes, long? Width, long? Height, long? DurationMs,
    bool HasThumbnail, MessageError? Error);

/// <param name="SenderContactId">Null when it is ours, or of somebody who never wrote.</param>
public sealed record ReactionView(string Emoji, bool FromMe, Guid? SenderContactId, DateTimeOffset At);

/// <summary>
/// How much there is to do on the lines that the caller sees. Every figure but <c>snoozed</c> and <c>byStage</c> counts active
/// conversations only: their stage is not closed and they are not snoozed.
/// </summary>
/// <param name="Snoozed">Snoozed conversations whose stage is not closed.</param>
/// <param name="ByStage">All conversations of a stage, snoozed ones too. Stages without any are left out.</param>
/// <param name="ByLine">Lines without active conversations are left out.</param>
public sealed record ConversationCounts(
    long Open, long Mine, long Unassigned, long Unread, long Waiting, long Snoozed, IReadOnlyList<StageCount> ByStage,
    IReadOnlyList<LineCount> ByLine);

public sealed record StageCount(Guid StageId, long Conversations);

public sealed record LineCount(Guid LineId, long Conversations, long Unread, long Waiting);

/// <summary>A message that was found.</summary>
/// <param name="Contact">With whom the conversation is.</param>
public sealed record MessageFound(FoundMessage Message, Snippet Snippet, ContactCard Contact);

/// <param name="At">WhatsApp's time.</param>
public sealed record FoundMessage(Guid Id, Guid ConversationId, Guid LineId, string Type, bool FromMe, DateTimeOffset At);

/// <param name="Text">The part of the message, or of the name of its file, around the first word that was found.</param>
/// <param name="Highlights">The words that were found in <c>text</c>.</param>
public sealed record Snippet(string Text, IReadOnlyList<Highlight> Highlights);

/// <param name="Start">In UTF-16 units, as JavaScript and .NET count.</param>
public sealed record Highlight(int Start, int Length);
