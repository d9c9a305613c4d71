using System.Data.Common;
using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Lines;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// The beginning of one lane that is in hand, to the last word on each of its deliveries. One goes out after the other has been accepted;
/// the first that is not ends the lane, and those behind it are put back untried.
/// </summary>
internal sealed class LaneRun(
    CourierTools tools, DueWebhook webhook, Breaker breaker, Func<Target?> target, Action lost, SemaphoreSlim slots,
    IReadOnlyList<LaneDelivery> lane)
{
    /// <summary>Between two tries to write an end down.</summary>
    private static readonly TimeSpan FinishAgain = TimeSpan.FromSeconds(1);

    private readonly LineKey line = new(webhook.OrganizationId, webhook.LineId, webhook.Epoch);

    public async Task<LaneEnd> RunAsync(CancellationToken stop, CancellationToken abandon)
    {
        var ends = new List<Task<bool>>();
        var (goesOn, dueAt) = (true, (long?)null);
        foreach (var delivery in lane)
        {
            var end = goesOn ? await CarryAsync(delivery, stop, abandon) : PutBack(delivery);
            // Not awaited before the next goes out: if the server dies in between, the receiver gets this one again, after the next.
            ends.Add(FinishAsync(end with { EndsLane = delivery == lane[^1] }));
            (goesOn, dueAt) = (goesOn && end.End == DeliveryEnd.Accepted, dueAt ?? end.DueAt);
        }
        return new LaneEnd((await Task.WhenAll(ends)).Contains(true), dueAt);
    }

    /// <summary>For deliveries of which nobody knows whether they were taken in hand: those that were not are left alone by this.</summary>
    public async Task<LaneEnd> PutBackAsync() =>
        new((await Task.WhenAll(lane.Select(delivery => FinishAsync(PutBack(delivery))))).Contains(true), null);

    private async Task<DeliveryFinish> CarryAsync(LaneDelivery delivery, CancellationToken stop, CancellationToken abandon)
    {
        if (delivery.Once && delivery.Tries > 0)
            return GiveUp(delivery, "interrupted", "The server ended during the only attempt; whether it arrived is not known.");
        if (tools.Policy.IsExhausted(delivery.Tries))
            return GiveUp(delivery, "attempts_exhausted", "The server ended during every attempt.");
        try
        {
            await tools.Slots.EnterAsync(webhook.OrganizationId, slots, stop);
        }
        catch (OperationCanceledException)
        {
            return PutBack(delivery);
        }
        try
        {
            return MayBegin(delivery, stop) is { } receiver && await BodyAsync(delivery, stop) is { } body
                ? await AttemptAsync(delivery, body, receiver, abandon)
                : PutBack(delivery);
        }
        catch (OperationCanceledException) when (abandon.IsCancellationRequested)
        {
            return delivery.Once
                ? GiveUp(delivery, "interrupted", "The server ended during the only attempt; whether it arrived is not known.")
                : PutBack(delivery) with { Tried = true };
        }
        finally
        {
            tools.Slots.Leave(webhook.OrganizationId, slots);
        }
    }

    /// <summary>
    /// Where to; null when it must not begin. While it waited for its slot, the target may have begun to fail, the webhook may be off or
    /// deleted, and the line another node's.
    /// </summary>
    private Target? MayBegin(LaneDelivery delivery, CancellationToken stop) =>
        !stop.IsCancellationRequested && tools.Lease.Trusted && breaker.ClosedOff(tools.Time.NowMs()) is null
        && target() is { } receiver && (receiver.Enabled || delivery.Event == WebhookEvents.Test)
            ? receiver
            : null;

    /// <summary>Null when it cannot be read now.</summary>
    private async Task<string?> BodyAsync(LaneDelivery delivery, CancellationToken stop)
    {
        if (delivery.Body is { } held)
            return held;
        try
        {
            await using var db = await tools.Database.ReadAsync(stop);
            return await LaneStore.BodyAsync(db, webhook, delivery.Id, stop);
        }
        catch (Exception away) when (away is DbException or OperationCanceledException)
        {
            return null;
        }
    }

    private async Task<DeliveryFinish> AttemptAsync(LaneDelivery delivery, string body, Target receiver, CancellationToken abandon)
    {
        var startedAt = tools.Time.NowMs();
        var (json, headers) = receiver.Request(delivery, body, delivery.Attempts + 1, tools.Time);
        var limit = TimeSpan.FromSeconds(tools.Options.Value.TimeoutSeconds);
        var outcome = await tools.Http.PostJsonAsync(receiver.Url, json, headers, abandon, limit);
        var step = tools.Policy.Decide(outcome, delivery.Tries + 1, delivery.Once, Random.Shared.NextDouble());
        var now = tools.Time.NowMs();
        var finish = new DeliveryFinish(
            line, webhook.WebhookId, delivery, DeliveryEnd.Accepted, true, null,
            step is DeliveryStep.Accepted ? breaker.Accepted() : breaker.Failed(now), Attempt: Attempt(startedAt, outcome));
        return step switch
        {
            DeliveryStep.Accepted => finish,
            DeliveryStep.Again again => finish with { End = DeliveryEnd.PutBack, DueAt = now + (long)again.Wait.TotalMilliseconds },
            DeliveryStep.GivenUp given => finish with { End = DeliveryEnd.GivenUp, TargetIsGone = given.TargetIsGone },
            _ => throw new InvalidOperationException($"Unknown step {step}."),
        };
    }

    private static DeliveryAttempt Attempt(long startedAt, PostOutcome outcome) => outcome switch
    {
        PostOutcome.Answered a => new(startedAt, a.Duration, a.Times, a.Status, null, DeliveryPolicy.Explain(a), a.Body),
        PostOutcome.Failed f => new(startedAt, f.Duration, f.Times, null, DeliveryPolicy.ErrorCode(f), DeliveryPolicy.Explain(f), null),
        _ => new(
            startedAt, TimeSpan.Zero, ExchangeTimes.None, null, DeliveryPolicy.ErrorCode(outcome), DeliveryPolicy.Explain(outcome), null),
    };

    private DeliveryFinish PutBack(LaneDelivery delivery) =>
        new(line, webhook.WebhookId, delivery, DeliveryEnd.PutBack, false, null, breaker.State);

    private DeliveryFinish GiveUp(LaneDelivery delivery, string error, string problem) => new(
        line, webhook.WebhookId, delivery, DeliveryEnd.GivenUp, true, null, breaker.State,
        Attempt: new DeliveryAttempt(tools.Time.NowMs(), TimeSpan.Zero, ExchangeTimes.None, null, error, problem, null, WasMade: false));

    /// <summary>What a target answered is worth writing down even while the server stops, and worth keeping while the database is away.</summary>
    private async Task<bool> FinishAsync(DeliveryFinish finish)
    {
        while (true)
        {
            try
            {
                var stored = await tools.Commits.CommitAsync(tools.Finishes, finish, CancellationToken.None);
                if (!stored.IsCurrent)
                    lost();
                return stored.LaneGoesOn;
            }
            catch (StorageUnavailableException) when (tools.Lease.Trusted)
            {
                // Those behind it may be written before it now, and find it still in hand: then it is the one that makes the next due.
                finish = finish with { EndsLane = true };
                await Task.Delay(FinishAgain, tools.Time, CancellationToken.None);
            }
        }
    }
}

/// <param name="GoesOn">More of the lane is due now.</param>
/// <param name="DueAt">Epoch-milliseconds when its first is due again; null when that did not fail.</param>
internal readonly record struct LaneEnd(bool GoesOn, long? DueAt);
