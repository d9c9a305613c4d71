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
