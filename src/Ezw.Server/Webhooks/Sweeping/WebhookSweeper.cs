using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Microsoft.Extensions.Options;

namespace Ezw.Webhooks.Sweeping;

/// <summary>Deletes what deliveries leave behind after some days, and webhooks that were deleted with all of theirs; a little at a time.</summary>
internal sealed class WebhookSweeper(
    Database database, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(30);
    private const int BatchSize = 500;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Webhook sweep", time, log).RunAsync(
        SweepAsync, ct => Task.Delay(Every, time, ct), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        var before = time.NowMs() - (long)TimeSpan.FromDays(options.Value.RetentionDays).TotalMilliseconds;
        foreach (var webhook in await AllAsync(ct))
        {
            var until = webhook.IsDeleted ? long.MaxValue : before;
            // Under the lock of whoever delivers again what is about to be deleted.
            while (await EventStore.WriteAsync(
                database, webhook.OrganizationId, db => SweepStore.SweepAsync(db, webhook, until, BatchSize, ct), ct) == BatchSize)
                ct.ThrowIfCancellationRequested();
            if (webhook.IsDeleted)
                await EventStore.WriteAsync(database, webhook.OrganizationId, db => SweepStore.ForgetAsync(db, webhook, ct), ct);
            else
                await database.WriteAsync(db => SweepStore.ForgetRedeliveriesAsync(db, webhook, before, ct), ct);
        }
    }

    private async Task<List<SweptWebhook>> AllAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await SweepStore.AllAsync(db, ct);
    }
}
