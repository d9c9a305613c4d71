using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Ezw.Tests.Webhooks.Logging;
using Ezw.Webhooks;
using Ezw.Webhooks.Sweeping;

namespace Ezw.Tests.Webhooks.Sweeping;

/// <summary>What is forgotten of webhooks, and what is not.</summary>
[Collection(QuietCollection.Name)]
public sealed class SweepingTests(QuietApps apps)
{
    private const int Many = 500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What was made long ago may have ended today: its log is kept from then on.</summary>
    [Theory, EachDatabase]
    public async Task What_ended_long_ago_goes_and_what_ended_lately_or_waits_stays(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind));
        var made = TimeProvider.System.NowMs();
        var before = made + 10_000;
        var old = await webhook.AddAsync(DeliveryState.Accepted, finishedAt: made);
        var parked = await webhook.FailAsync(made + 1);
        var late = await webhook.AddAsync(DeliveryState.Accepted, finishedAt: before);
        var waiting = await webhook.WaitAsync(dueAt: 0);
        await AttemptAsync(webhook, old);
        await AttemptAsync(webhook, late);

        Assert.Equal(2, await SweepAsync(webhook, before, deleted: false));

        Assert.Equal(
            [late, waiting], (await IdsAsync(webhook, $"select id from delivery where webhook_id = {webhook.Id} order by id")).Order());
        Assert.Equal([waiting], await IdsAsync(webhook, $"select delivery_id from delivery_queue where webhook_id = {webhook.Id}"));
        Assert.Equal([late], await IdsAsync(
            webhook, $"select delivery_id from delivery_attempt where delivery_id in ({old}, {parked}, {late}, {waiting})"));
    }

    [Theory, EachDatabase]
    public async Task Of_a_deleted_webhook_everything_goes(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind));
        await webhook.WaitAsync(dueAt: 0);
        await webhook.FailAsync(TimeProvider.System.NowMs());
        await webhook.Door.DeleteAsync(webhook.Path);

        Assert.Equal(2, await SweepAsync(webhook, long.MaxValue, deleted: true));
        await EventStore.WriteAsync(
            webhook.App.Database, webhook.OrganizationId, db => SweepStore.ForgetAsync(db, Swept(webhook, deleted: true), Cancellation),
            Cancellation);

        foreach (var table in new[] { "delivery", "delivery_queue", "webhook_secret", "webhook_health", "redelivery" })
        {
            Sql count = $"select count(*) from {new SqlText(table)} where webhook_id = {webhook.Id}";
            Assert.Equal(0, await webhook.App.CountAsync(count));
        }
        Assert.Equal(0, await webhook.App.CountAsync($"select count(*) from webhook where id = {webhook.Id}"));
    }

    private static Task<int> SweepAsync(QuietWebhook webhook, long before, bool deleted) => EventStore.WriteAsync(
        webhook.App.Database, webhook.OrganizationId,
        db => SweepStore.SweepAsync(db, Swept(webhook, deleted), before, Many, Cancellation), Cancellation);

    private static SweptWebhook Swept(QuietWebhook webhook, bool deleted) => new(webhook.OrganizationId, webhook.Id, deleted);

    private static Task AttemptAsync(QuietWebhook webhook, Guid delivery) => webhook.App.AlterAsync($"""
        insert into delivery_attempt (organization_id, delivery_id, number, started_at, duration_ms)
        values ({webhook.OrganizationId}, {delivery}, 1, 0, 0)
        """);

    private static async Task<List<Guid>> IdsAsync(QuietWebhook webhook, Sql sql)
    {
        await using var db = await webhook.App.Database.ReadAsync(Cancellation);
        return await db.QueryAsync(sql, row => row.Uuid(0), Cancellation);
    }
}
