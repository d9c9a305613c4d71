using Ezw.Foundation.Security.Outbound;
using Ezw.Lines;

namespace Ezw.Webhooks.Delivering;

/// <summary>What became of a delivery in hand.</summary>
/// <param name="DueAt">Epoch-milliseconds of the next attempt; null when there is none, or when it waits behind another.</param>
/// <param name="EndsLane">Nothing of its lane is in hand any more: whoever waits behind it is next.</param>
/// <param name="Tried">False when it was put back before anything was sent: then its attempt does not count.</param>
/// <param name="Attempt">Null when nothing is known of it: it was not made, or broken off by this server's end.</param>
internal sealed record DeliveryFinish(
    LineKey Line, Guid WebhookId, LaneDelivery Delivery, DeliveryEnd End, bool Tried, long? DueAt, BreakerState Breaker,
    bool EndsLane = true, bool TargetIsGone = false, DeliveryAttempt? Attempt = null)
{
    /// <summary>Of the attempt, from 1.</summary>
    public long Number => Delivery.Attempts + 1;

    public bool Failed => Attempt is { WasMade: true } && End != DeliveryEnd.Accepted;
}

/// <param name="IsCurrent">False: the epoch is stale, and nothing was written.</param>
/// <param name="LaneGoesOn">The next of the lane is due.</param>
internal readonly record struct DeliveryFinished(bool IsCurrent, bool LaneGoesOn);

internal enum DeliveryEnd
{
    Accepted,

    /// <summary>It stays in the queue: for its next attempt, or untried.</summary>
    PutBack,

    GivenUp,
}

/// <param name="StartedAt">Epoch-milliseconds.</param>
/// <param name="Problem">A sentence; null when it was accepted.</param>
/// <param name="Answer">The beginning of the answer's body.</param>
/// <param name="WasMade">False for an end without an attempt, which says nothing about the target.</param>
internal sealed record DeliveryAttempt(
    long StartedAt, TimeSpan Duration, ExchangeTimes Times, int? Status, string? Error, string? Problem, byte[]? Answer,
    bool WasMade = true)
{
    public long EndedAt => StartedAt + (long)Duration.TotalMilliseconds;
}
