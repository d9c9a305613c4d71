using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// Sees to it that every webhook of this node's lines which has something to deliver has a courier. Hints say which; once a second it
/// looks by itself.
/// </summary>
internal sealed class DeliveryWorker(
    CourierTools tools, Wakeups wakeups, NodeLease lease, TimeProvider time, ILogger<DeliveryWorker> log) : BackgroundService
{
    /// <summary>How long a lost hint can delay a delivery, and how late one that is due again may be.</summary>
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a stopping server waits for answers; a delivery without one goes out again elsewhere.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(3);

    private const int MaxHints = 1_000;

    private readonly ConcurrentDictionary<Guid, (Courier Courier, Task Run)> couriers = new();
    private readonly CancellationTokenSource abandoned = new();
    private long polledAt = long.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hints = wakeups.Follow(WebhookWakeups.Deliver);
        await new WorkLoop("Delivering webhooks", time, log).RunAsync(
            ct => PassAsync(hints, ct), ct => hints.WaitAsync(PollEvery, time, ct), stoppingToken);
        // Nothing begins any more; what is under way gets its answer, and what is not goes back at once.
        using var abandon = time.CreateTimer(_ => abandoned.Cancel(), null, StopGrace, Timeout.InfiniteTimeSpan);
        await Task.WhenAll(couriers.Values.Select(courier => courier.Run));
    }

    public override void Dispose()
    {
        abandoned.Dispose();
        base.Dispose();
    }

    private async Task PassAsync(WakeupFollower hints, CancellationToken ct)
    {
        var unknown = new List<Guid>();
        for (var i = 0; i < MaxHints && hints.TryTake(out var webhookId); i++)
        {
            if (!couriers.TryGetValue(webhookId, out var known) || !known.Courier.Stir())
                unknown.Add(webhookId);
        }
        var polls = polledAt == long.MinValue || time.GetElapsedTime(polledAt) >= PollEvery;
        if (!lease.Trusted || (!polls && unknown.Count == 0))
            return;
        if (polls)
            polledAt = time.GetTimestamp();
        await using var db = await tools.Database.ReadAsync(ct);
        foreach (var due in await TargetStore.DueAsync(db, lease.NodeId, polls ? null : unknown, time.NowMs(), ct))
            Send(due, ct);
    }

    /// <summary>A courier of an earlier epoch ends by itself, and only then another may come.</summary>
    private void Send(DueWebhook due, CancellationToken ct)
    {
        if (couriers.TryGetValue(due.WebhookId, out var known) && (known.Courier.Stir() || !known.Run.IsCompleted))
            return;
        var courier = new Courier(tools, due);
        var run = Task.Run(() => courier.RunAsync(ct, abandoned.Token), CancellationToken.None);
        couriers[due.WebhookId] = (courier, run);
        _ = run.ContinueWith(ended =>
        {
            if (ended.Exception is { } failure)
                log.LogError(failure, "The courier of webhook {WebhookId} failed; another takes over", due.WebhookId);
            couriers.TryRemove(KeyValuePair.Create(due.WebhookId, (courier, run)));
        }, TaskScheduler.Default);
    }
}
