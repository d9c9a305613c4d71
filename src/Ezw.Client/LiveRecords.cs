using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>One entry of the organization's log: something changed, look again. Never content.</summary>
/// <param name="Position">Grows by one with each event of the organization, those that you may not see included.</param>
/// <param name="Kind">A dotted name such as <c>message.queued</c>; ignore kinds that you do not know.</param>
/// <param name="SubjectId">What happened to: a message, a line, a member.</param>
/// <param name="Detail">A short code such as the new status.</param>
public sealed record Change(
    long Position, string Kind, Guid? LineId, Guid? ConversationId, Guid? SubjectId, string? Detail, DateTimeOffset At);

/// <summary>GET /api/changes.</summary>
/// <param name="NextCursor">Where to go on, always; it also moves past events that you may not see.</param>
/// <param name="HasMore">Whether the log holds events beyond the cursor now.</param>
public sealed record ChangePage(IReadOnlyList<Change> Items, string NextCursor, bool HasMore);

/// <param name="Ticket">Opens one stream within the time, as <c>GET /api/live/stream?ticket=</c>.</param>
public sealed record LiveTicketCreated(string Ticket, DateTimeOffset ExpiresAt);

/// <param name="State">viewing, typing or gone.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PresenceChange(string State);

/// <param name="State">viewing or typing.</param>
/// <param name="Since">When this state began.</param>
public sealed record PresenceView(Guid UserId, string? DisplayName, string State, DateTimeOffset Since);
