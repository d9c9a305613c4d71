using Ezw.Lines;

namespace Ezw.Messaging.Sending;

/// <param name="Outcome">accepted, ambiguous or rejected.</param>
/// <param name="Status">The message's new status; null when it will be tried again.</param>
/// <param name="DueAt">When it will be tried again; null when it is done.</param>
internal sealed record AttemptFinish(
    LineKey Line, Guid MessageId, Guid ConversationId, int Number, long At, string Outcome, string? Status, string? ErrorCode,
    string? ErrorMessage, long? DueAt);
