using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Webhooks.Configuring;

namespace Ezw.Webhooks.Logging;

/// <summary>Takes in wishes to deliver again whatever was given up since a time, one of a webhook at a time, and cancels them.</summary>
internal sealed class Redeliveries(Database database, Wakeups wakeups, TimeProvider time)
{
    public async Task<RedeliveryOutcome> BeginAsync(WebhookScope scope, Guid webhookId, DateTimeOffset since, CancellationToken ct)
    {
        var outcome = await EventStore.WriteAsync<RedeliveryOutcome>(database, scope.OrganizationId, async db =>
        {
            var (key, id) = (scope.Webhook(webhookId), Ids.New(time));
            if (await WebhookStore.FindAsync(db, key, ct) is null)
                return new RedeliveryOutcome.NotFound();
            if (await WebhookStore.IsArchivedAsync(db, scope.OrganizationId, scope.LineId, ct))
                return new RedeliveryOutcome.LineArchived();
            if (await RedeliveryStore.OpenAsync(db, key, ct) is { } working)
                return new RedeliveryOutcome.Working(working);
            await RedeliveryStore.AddAsync(db, key, id, since.ToUnixTimeMilliseconds(), time.NowMs(), ct);
            await TellAsync(db, key, ct);
            return new RedeliveryOutcome.Begun((await RedeliveryStore.FindAsync(db, key, id, ct))!);
        }, ct);
        if (outcome is RedeliveryOutcome.Begun)
            wakeups.Wake(WebhookWakeups.Redeliver, webhookId);
        return outcome;
    }

    /// <summary>Null when there is no such webhook.</summary>
    public async Task<List<RedeliveryView>?> ListAsync(WebhookScope scope, Guid webhookId, int limit, CancellationToken ct)
    {
        var key = scope.Webhook(webhookId);
        await using var db = await database.ReadAsync(ct);
        return await WebhookStore.FindAsync(db, key, ct) is null ? null : await RedeliveryStore.ListAsync(db, key, limit, ct);
    }

    public async Task<RedeliveryView?> FindAsync(WebhookScope scope, Guid webhookId, Guid redeliveryId, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await FindAsync(db, scope.Webhook(webhookId), redeliveryId, ct);
    }

    /// <summary>False when there is no such redelivery; one that has ended stays as it is. Also on an archived line.</summary>
    public Task<bool> CancelAsync(WebhookScope scope, Guid webhookId, Guid redeliveryId, CancellationToken ct) =>
        EventStore.WriteAsync(database, scope.OrganizationId, async db =>
        {
            var key = scope.Webhook(webhookId);
            if (await FindAsync(db, key, redeliveryId, ct) is null)
                return false;
            if (await RedeliveryStore.CancelAsync(db, key, redeliveryId, time.NowMs(), ct))
                await TellAsync(db, key, ct);
            return true;
        }, ct);

    private static async Task<RedeliveryView?> FindAsync(DbSession db, WebhookKey key, Guid redeliveryId, CancellationToken ct) =>
        await WebhookStore.FindAsync(db, key, ct) is null ? null : await RedeliveryStore.FindAsync(db, key, redeliveryId, ct);

    private Task TellAsync(DbSession db, WebhookKey key, CancellationToken ct) => EventStore.AppendAsync(
        db, [new(key.OrganizationId, WebhookEvents.Changed, key.LineId, null, key.Id, null, time.NowMs())], ct);
}

/// <summary>What became of a wish to deliver again what was given up.</summary>
internal abstract record RedeliveryOutcome
{
    private RedeliveryOutcome()
    {
    }

    public sealed record Begun(RedeliveryView Current) : RedeliveryOutcome;

    /// <summary>An earlier one has not ended.</summary>
    public sealed record Working(RedeliveryView Current) : RedeliveryOutcome;

    public sealed record NotFound : RedeliveryOutcome;

    public sealed record LineArchived : RedeliveryOutcome;
}
