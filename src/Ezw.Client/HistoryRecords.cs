namespace Ezw.Client;

/// <summary>History on its way into conversations: a chat export, or what a phone hands over when it is linked.</summary>
/// <param name="Source">export or phone.</param>
/// <param name="ConversationId">Where an export goes. A phone's past goes into all its chats.</param>
/// <param name="FileName">Of an export.</param>
/// <param name="State">queued, working, done, failed or canceled.</param>
/// <param name="Progress">Of a phone: percent handed over, as it tells; null until it does.</param>
/// <param name="Total">Messages in the file, estimated; null until it was opened, and of a phone.</param>
/// <param name="Done">Messages of the file that were read so far; of a phone, those that were stored.</param>
/// <param name="Skipped">Messages that were there already, from an earlier import or live; 0 of a phone.</param>
/// <param name="FilesFailed">Files that were named and could not be kept; each says why at its message. 0 of a phone.</param>
/// <param name="Error">Why it failed; with done, what is missing.</param>
public sealed record HistoryImportView(
    Guid Id, Guid LineId, string Source, Guid? ConversationId, string? FileName, string State, long? Progress, long? Total, long Done,
    long Imported, long Skipped, long FilesFailed, string? Me, string? PhoneNumber, MessageError? Error, DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);
