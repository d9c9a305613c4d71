using Ezw.Lines;

namespace Ezw.Messaging.Sending;

/// <summary>What became of a request to send.</summary>
internal abstract record AcceptOutcome
{
    private AcceptOutcome() { }

    /// <summary>Stored and queued; or, with <paramref name="Replayed"/>, stored and queued earlier under the same key.</summary>
    public sealed record Accepted(Guid MessageId, Guid ConversationId, long QueuedAt, bool Replayed) : AcceptOutcome;

    /// <summary>The key was used for a request that meant something else.</summary>
    public sealed record KeyReused : AcceptOutcome;

    public sealed record LineNotSendable(LineCondition Condition) : AcceptOutcome;

    /// <summary>The conversation, or the quoted message, is not one of this line.</summary>
    public sealed record NotFound : AcceptOutcome;

    /// <summary>The token was revoked between its look-up and the transaction.</summary>
    public sealed record Unauthorized : AcceptOutcome;
}
