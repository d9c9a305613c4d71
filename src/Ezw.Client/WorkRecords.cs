using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>Who does what about a conversation: the answer of every route that changes it, and of GET …/work.</summary>
/// <param name="Id">The surviving conversation, if the one that was named has been merged.</param>
/// <param name="Assignee">Who answers; null for nobody.</param>
/// <param name="WaitingSince">WhatsApp's time of the first message that nobody answered.</param>
/// <param name="Version">Moves with assignment, stage, snooze and labels. Also the ETag; send it back with a change.</param>
public sealed record ConversationWork(
    Guid Id, Guid LineId, Guid StageId, DateTimeOffset StageSince, WorkAssignee? Assignee, DateTimeOffset? SnoozedUntil,
    IReadOnlyList<ConversationLabel> Labels, long UnreadCount, DateTimeOffset? WaitingSince, long Version);

/// <param name="Since">When it was assigned to them.</param>
public sealed record WorkAssignee(Guid UserId, string DisplayName, DateTimeOffset Since);

public sealed record ConversationLabel(Guid Id, string Name, string Color);

/// <summary>PUT /api/conversations/{conversationId}/assignment.</summary>
/// <param name="UserId">A member who may operate the line; null unassigns, and must be written.</param>
/// <param name="Version">Of the conversation; If-Match says the same.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AssignmentChange([property: JsonRequired] Guid? UserId, long? Version = null);

/// <summary>PUT /api/conversations/{conversationId}/stage.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StageMove(Guid StageId, long? Version = null);

/// <summary>PUT /api/conversations/{conversationId}/snooze.</summary>
/// <param name="Until">In the future, at most a year.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SnoozeChange(DateTimeOffset Until, long? Version = null);

/// <summary>PUT /api/conversations/{conversationId}/labels: these and no others.</summary>
/// <param name="LabelIds">At most 50.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LabelSet(IReadOnlyList<Guid> LabelIds, long? Version = null);

/// <summary>POST /api/conversations/{conversationId}/labels.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LabelAddition(Guid LabelId, long? Version = null);

/// <summary>PUT /api/conversations/{conversationId}/read.</summary>
/// <param name="ThroughMessageId">What arrived after it stays unread; null reads everything.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ReadMark(Guid? ThroughMessageId = null);

/// <param name="Color">#rrggbb.</param>
public sealed record LabelView(Guid Id, string Name, string Color, long Version);

/// <summary>POST /api/labels.</summary>
/// <param name="Name">1 to 50 characters, unique whatever the case.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewLabel(string Name, string Color);

/// <summary>PATCH /api/labels/{labelId}. What is left out stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LabelChange(string? Name = null, string? Color = null, long? Version = null);

/// <summary>A column of the board.</summary>
/// <param name="Category">open, waiting or closed.</param>
/// <param name="Retiring">It is being deleted: its conversations move to another stage, and none may enter.</param>
public sealed record StageView(Guid Id, string Name, string Category, long Rank, bool Retiring, long Version);

/// <summary>POST /api/stages. It becomes the last one.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewStage(string Name, string Category);

/// <summary>PATCH /api/stages/{stageId}. What is left out stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StageChange(string? Name = null, string? Category = null, long? Version = null);

/// <summary>PUT /api/stages/order.</summary>
/// <param name="StageIds">All of them, from left to right.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record StageOrder(IReadOnlyList<Guid> StageIds);

/// <summary>Which conversations are meant; the same members as the query of the list. What is left out does not narrow.</summary>
/// <param name="Stage">The id of a stage.</param>
/// <param name="Assignee">"me", "none" or the id of a user.</param>
/// <param name="Waiting">The contact wrote last, and nobody answered.</param>
/// <param name="Label">The id of a label.</param>
/// <param name="Q">A search. Kept in views; bulk jobs do not take it.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record WorkFilter(
    Guid? LineId = null, Guid? Stage = null, string? Assignee = null, bool? Unread = null, bool? Waiting = null, Guid? Label = null,
    string? Q = null);

/// <summary>POST /api/bulk.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewBulkJob(BulkAction Action, BulkTarget Target);

/// <param name="Type">
/// assign (userId), unassign, stage (stageId), snooze (until), unsnooze, addLabels, removeLabels, setLabels (labelIds), read, unread.
/// A job that deletes a stage has the type retireStage (stageId, moveTo), which only DELETE /api/stages/{stageId} makes.
/// </param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BulkAction(
    string Type, Guid? UserId = null, Guid? StageId = null, DateTimeOffset? Until = null, IReadOnlyList<Guid>? LabelIds = null,
    Guid? MoveTo = null);

/// <summary>Exactly one of the two.</summary>
/// <param name="ConversationIds">1 to 1,000.</param>
/// <param name="Filter">All that match when the job begins.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BulkTarget(IReadOnlyList<Guid>? ConversationIds = null, WorkFilter? Filter = null);

/// <param name="State">queued, working, done or canceled.</param>
/// <param name="Total">Null while the matching conversations are being counted.</param>
/// <param name="Done">Conversations that changed.</param>
/// <param name="Skipped">Those that were so already.</param>
public sealed record BulkJobView(
    Guid Id, Guid UserId, BulkAction Action, string State, long? Total, long Done, long Failed, long Skipped, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);

/// <param name="State">pending, done, failed or skipped.</param>
/// <param name="Code">
/// Why it failed or was skipped: not_found, forbidden, not_assignable, no_such_stage, no_such_label, unchanged, internal_error.
/// </param>
public sealed record BulkItemView(Guid ConversationId, string State, string? Code);

/// <summary>What the team tells itself. Never sent to WhatsApp, never in webhooks.</summary>
/// <param name="Mentions">Members who were named.</param>
/// <param name="Version">Send it back with a change; a stale one is refused with 409.</param>
public sealed record NoteView(
    Guid Id, Guid ConversationId, NoteAuthor Author, string Body, IReadOnlyList<Guid> Mentions, DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt, long Version);

public sealed record NoteAuthor(Guid UserId, string DisplayName);

/// <summary>POST /api/conversations/{conversationId}/notes.</summary>
/// <param name="Body">1 to 10,000 characters, not blank.</param>
/// <param name="Mentions">At most 50 members who may see the line.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewNote(string Body, IReadOnlyList<Guid>? Mentions = null);

/// <summary>PATCH …/notes/{noteId}. What is left out stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NoteChange(string? Body = null, IReadOnlyList<Guid>? Mentions = null, long? Version = null);

/// <summary>A note that names the caller.</summary>
public sealed record MentionView(
    Guid Id, Guid NoteId, Guid ConversationId, Guid LineId, NoteAuthor Author, string Body, DateTimeOffset CreatedAt,
    DateTimeOffset? SeenAt);

/// <param name="Shared">For the whole team; otherwise only its owner sees it.</param>
public sealed record CannedReplyView(Guid Id, string Shortcut, string Title, string Body, bool Shared, long Version);

/// <summary>POST /api/canned-replies.</summary>
/// <param name="Shortcut">1 to 50 of a–z, 0–9, א–ת, "-" and "_"; unique among the shared ones, and among your own.</param>
/// <param name="Body">1 to 10,000 characters; {{contact.name}}, {{agent.name}} and {{line.name}} are filled in.</param>
/// <param name="Shared">Only owners and admins may make shared ones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewCannedReply(string Shortcut, string Title, string Body, bool Shared = false);

/// <summary>PATCH /api/canned-replies/{cannedReplyId}. What is left out stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record CannedReplyChange(string? Shortcut = null, string? Title = null, string? Body = null, long? Version = null);

/// <summary>POST …/rendering: for this conversation.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewRendering(Guid ConversationId);

/// <param name="Missing">Variables without a value; the text still holds them.</param>
public sealed record Rendering(string Text, IReadOnlyList<string> Missing);

/// <param name="Shared">For the whole team; otherwise only its owner sees it.</param>
public sealed record SavedView(Guid Id, string Name, WorkFilter Filter, string Sort, bool Shared, long Rank, long Version);

/// <summary>POST /api/views.</summary>
/// <param name="Sort">newest, oldest or waiting.</param>
/// <param name="Rank">Lower ones come first.</param>
/// <param name="Shared">Only owners and admins may make shared ones.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewSavedView(string Name, WorkFilter Filter, string Sort = "newest", bool Shared = false, long Rank = 0);

/// <summary>PATCH /api/views/{viewId}. What is left out stays.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SavedViewChange(
    string? Name = null, WorkFilter? Filter = null, string? Sort = null, long? Rank = null, long? Version = null);
