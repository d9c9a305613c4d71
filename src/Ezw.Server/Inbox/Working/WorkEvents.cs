namespace Ezw.Inbox.Working;

/// <summary>
/// What others may learn about the team's work, by kind in the event log. Changes of a conversation itself are
/// <see cref="Messaging.MessageEvents.ConversationChanged"/> with the detail assignment, stage, snooze or labels.
/// </summary>
internal static class WorkEvents
{
    /// <summary>The subject is the stage. Detail, here and where nothing else is said: created, changed or deleted.</summary>
    public const string StageChanged = "stage.changed";
    /// <summary>The order of all stages. No subject.</summary>
    public const string StagesReordered = "stages.reordered";
    public const string LabelChanged = "label.changed";
    /// <summary>The subject is the note, here and below. Never in webhooks.</summary>
    public const string NoteAdded = "note.added";
    public const string NoteChanged = "note.changed";
    public const string NoteDeleted = "note.deleted";
    /// <summary>The subject is the mention.</summary>
    public const string MentionSeen = "mention.seen";
    public const string CannedReplyChanged = "canned_reply.changed";
    public const string ViewChanged = "view.changed";
    /// <summary>The subject is the job. Detail: its state.</summary>
    public const string BulkChanged = "bulk.changed";

    public const string Created = "created";
    public const string Changed = "changed";
    public const string Deleted = "deleted";
}
