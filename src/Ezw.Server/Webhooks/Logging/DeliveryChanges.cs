using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Webhooks.Configuring;
using Ezw.Webhooks.Payloads;

namespace Ezw.Webhooks.Logging;

/// <summary>Queues tests and what somebody wants delivered again, and cancels what waits. The delivering itself is a worker's.</summary>
internal sealed class DeliveryChanges(Database database, IEnumerable<IPayloadFormat> formats, Wakeups wakeups, TimeProvider time)
{
    /// <summary>Also of a webhook that is off: that is when people want to try whether it works again.</summary>
    public Task<DeliveryOutcome> TestAsync(WebhookScope scope, Guid webhookId, CancellationToken ct) =>
        QueueAsync(scope, webhookId, async (db, webhook) =>
        {
            if (await DeliveryChangeStore.HasWaitingTestAsync(db, webhook.Key, ct))
                return new DeliveryOutcome.TestWaiting();
            var id = Ids.New(time);
            var body = formats.Single(format => format.Name == webhook.Format).WriteTest(scope.LineId, webhookId, time.GetUtcNow());
            await DeliveryChangeStore.AddTestAsync(db, webhook.Key, id, body, time.NowMs(), ct);
            return new DeliveryOutcome.Queued(id);
        }, ct);

    /// <summary>What waits already is not queued twice; what waits for its next attempt does not wait any longer.</summary>
    public Task<DeliveryOutcome> RedeliverAsync(WebhookScope scope, Guid webhookId, Guid deliveryId, CancellationToken ct) =>
        QueueAsync(scope, webhookId, async (db, webhook) =>
        {
            if (await DeliveryChangeStore.FindAsync(db, webhook.Key, deliveryId, ct) is not { } delivery)
                return new DeliveryOutcome.NotFound();
            if (delivery.State == DeliveryState.Waiting)
                await DeliveryChangeStore.HastenAsync(db, webhook.Key, deliveryId, ct);
            else
                await DeliveryChangeStore.RequeueAsync(db, webhook.Key, delivery, webhook.Persistent, ct);
            return new DeliveryOutcome.Queued(deliveryId);
        }, ct);

    /// <summary>Also on an archived line.</summary>
    public Task<DeliveryOutcome> CancelAsync(WebhookScope scope, Guid webhookId, Guid deliveryId, CancellationToken ct) =>
        EventStore.WriteAsync<DeliveryOutcome>(database, scope.OrganizationId, async db =>
        {
            var key = scope.Webhook(webhookId);
            if (await WebhookStore.FindAsync(db, key, ct) is null
                || await DeliveryChangeStore.FindAsync(db, key, deliveryId, ct) is not { } delivery)
                return new DeliveryOutcome.NotFound();
            if (delivery.State is DeliveryState.Accepted or DeliveryState.Failed)
                return new DeliveryOutcome.Finished(delivery.State);
            if (delivery.State == DeliveryState.Canceled)
                return new DeliveryOutcome.Canceled();
            if (!await DeliveryChangeStore.CancelAsync(db, key, deliveryId, time.NowMs(), ct))
                return new DeliveryOutcome.InProgress();
            await TellAsync(db, key, ct);
            return new DeliveryOutcome.Canceled();
        }, ct);

    private async Task<DeliveryOutcome> QueueAsync(
        WebhookScope scope, Guid webhookId, Func<DbSession, Webhook, Task<DeliveryOutcome>> work, CancellationToken ct)
    {
        var outcome = await EventStore.WriteAsync(database, scope.OrganizationId, async db =>
        {
            if (await WebhookStore.FindAsync(db, scope.Webhook(webhookId), ct) is not { } webhook)
                return new DeliveryOutcome.NotFound();
            if (await WebhookStore.IsArchivedAsync(db, scope.OrganizationId, scope.LineId, ct))
                return new DeliveryOutcome.LineArchived();
            var queued = await work(db, webhook);
            if (queued is DeliveryOutcome.Queued)
                await TellAsync(db, webhook.Key, ct);
            return queued;
        }, ct);
        if (outcome is DeliveryOutcome.Queued)
            wakeups.Wake(WebhookWakeups.Deliver, webhookId);
        return outcome;
    }

    private Task TellAsync(DbSession db, WebhookKey key, CancellationToken ct) => EventStore.AppendAsync(
        db, [new(key.OrganizationId, WebhookEvents.Changed, key.LineId, null, key.Id, null, time.NowMs())], ct);
}
