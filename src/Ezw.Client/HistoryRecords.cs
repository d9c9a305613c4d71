namespace Ezw.Client;

/// <summary>A chat export on its way into a conversation.</summary>
/// <param name="State">queued, working, done, failed or canceled.</param>
/// <param name="Total">Messages in the file, estimated; null until it was opened.</param>
/// <param name="Done">Messages of the file that were read so far.</param>
/// <param name="Skipped">Messages that were there already, from an earlier import or live.</param>
/// <param name="FilesFailed">Files that were named and could not be kept; each says why at its message.</param>
public sealed record HistoryImportView(
    Guid Id, Guid LineId, Guid? ConversationId, string FileName, string State, long? Total, long Done, long Imported, long Skipped,
    long FilesFailed, string? Me, string? PhoneNumber, MessageError? Error, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt);
