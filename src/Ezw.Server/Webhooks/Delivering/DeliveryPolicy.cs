using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.Options;

namespace Ezw.Webhooks.Delivering;

/// <summary>What happens after an attempt. Decided without clock and database, so that every case can be shown.</summary>
internal sealed class DeliveryPolicy(IOptions<WebhookOptions> options)
{
    private const double Jitter = 0.2;
    private const int Gone = 410;
    private const int TooManyRequests = 429;
    private const int BadGateway = 502;
    private const int GatewayTimeout = 504;

    private readonly TimeSpan[] delays = options.Value.Delays();
    private readonly TimeSpan overload = TimeSpan.FromSeconds(options.Value.OverloadSeconds);

    /// <summary>Its schedule has been used up without an end being written: every attempt took the server down.</summary>
    public bool IsExhausted(long tries) => tries >= delays.Length;

    /// <param name="tries">Attempts of this schedule, with this one.</param>
    /// <param name="once">There is no second attempt.</param>
    /// <param name="random">From 0 to 1: where between the shortest and the longest wait.</param>
    public DeliveryStep Decide(PostOutcome outcome, long tries, bool once, double random)
    {
        if (outcome is PostOutcome.Answered { Status: >= 200 and < 300 })
            return new DeliveryStep.Accepted();
        if (outcome is PostOutcome.Answered { Status: Gone })
            return new DeliveryStep.GivenUp(TargetIsGone: true);
        if (once || tries >= delays.Length)
            return new DeliveryStep.GivenUp(TargetIsGone: false);
        var wait = delays[tries] * (1 - Jitter + 2 * Jitter * random);
        if (IsOverloaded(outcome) && wait < overload)
            wait = overload * (1 + Jitter * random);
        // The target may ask for more patience, never for less, and not for an afternoon where we would have come back in a minute.
        if (outcome is PostOutcome.Answered { RetryAfter: { } wish } && wish > wait)
            wait = wish < wait * 2 ? wish : wait * 2;
        return new DeliveryStep.Again(wait);
    }

    /// <summary>A sentence for people, and null for an accepted one.</summary>
    public static string? Explain(PostOutcome outcome) => outcome switch
    {
        PostOutcome.Answered { Status: >= 200 and < 300 } => null,
        PostOutcome.Answered { Status: >= 300 and < 400 } answered =>
            $"The target answered {answered.Status}; redirects are not followed.",
        PostOutcome.Answered answered => $"The target answered {answered.Status}.",
        PostOutcome.Refused refused => refused.Sentence,
        PostOutcome.Failed { Why: OutboundFailure.Blocked } => "The name does not resolve, or it leads to an address that is not called.",
        PostOutcome.Failed { Why: OutboundFailure.ConnectionFailed } => "No connection came about.",
        PostOutcome.Failed { Why: OutboundFailure.TlsFailed } => "The certificate or the TLS handshake was refused.",
        PostOutcome.Failed { Why: OutboundFailure.BrokenOff } => "The connection ended early, or what came was not HTTP.",
        PostOutcome.Failed { Why: OutboundFailure.TimedOut } => "There was no complete answer in time.",
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };

    /// <summary>The stable code of an attempt without an answer.</summary>
    public static string? ErrorCode(PostOutcome outcome) => outcome switch
    {
        PostOutcome.Answered => null,
        PostOutcome.Refused refused => refused.Code,
        PostOutcome.Failed { Why: OutboundFailure.Blocked } => "blocked",
        PostOutcome.Failed { Why: OutboundFailure.ConnectionFailed } => "connection_failed",
        PostOutcome.Failed { Why: OutboundFailure.TlsFailed } => "tls_failed",
        PostOutcome.Failed { Why: OutboundFailure.BrokenOff } => "broken_off",
        PostOutcome.Failed { Why: OutboundFailure.TimedOut } => "timed_out",
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };

    private static bool IsOverloaded(PostOutcome outcome) => outcome
        is PostOutcome.Answered { Status: TooManyRequests or BadGateway or GatewayTimeout }
        or PostOutcome.Failed { Why: OutboundFailure.TimedOut };
}

internal abstract record DeliveryStep
{
    private DeliveryStep()
    {
    }

    public sealed record Accepted : DeliveryStep;

    public sealed record Again(TimeSpan Wait) : DeliveryStep;

    /// <param name="TargetIsGone">It answered 410: the webhook is turned off.</param>
    public sealed record GivenUp(bool TargetIsGone) : DeliveryStep;
}
