namespace Ezw.Messaging;

/// <summary>What others may learn about messages, by kind in the event log. The subject is the message.</summary>
internal static class MessageEvents
{
    public const string Queued = "message.queued";
    /// <summary>Detail: the new status.</summary>
    public const string StatusChanged = "message.status_changed";
    /// <summary>A contact wrote.</summary>
    public const string Received = "message.received";
    /// <summary>The owner wrote on the phone.</summary>
    public const string Echoed = "message.echoed";
    /// <summary>The subject is null when the message itself has not come yet; so for the two below.</summary>
    public const string Edited = "message.edited";
    public const string Deleted = "message.deleted";
    public const string Reacted = "message.reacted";
    /// <summary>The subject is the contact.</summary>
    public const string ContactChanged = "contact.changed";
    /// <summary>The subject is the contact that remains; conversation and line are those that moved, or null.</summary>
    public const string ContactsMerged = "contact.merged";
    public const string ContactsParted = "contact.parted";
    /// <summary>The subject is the conversation, here and below.</summary>
    public const string ConversationRead = "conversation.read";
    public const string ConversationChanged = "conversation.changed";
    /// <summary>The subject is the import; the messages that came with it share the event's position.</summary>
    public const string HistoryImported = "history.imported";
    /// <summary>The subject is the attachment. Detail: its state.</summary>
    public const string AttachmentChanged = "attachment.changed";
}
