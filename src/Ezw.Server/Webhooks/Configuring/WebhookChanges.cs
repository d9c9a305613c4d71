using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Webhooks.Logging;

namespace Ezw.Webhooks.Configuring;

/// <summary>
/// Makes and changes webhooks, under the organization's lock: two that want the same URL at once get one webhook, and what is told begins
/// at an exact place of the log. Callers have checked what is wanted.
/// </summary>
internal sealed class WebhookChanges(Database database, WebhookSeals seals, Wakeups wakeups, TimeProvider time)
{
    /// <summary>The line's webhook with this URL is changed, or made when there is none.</summary>
    public Task<WebhookOutcome> PutAsync(WebhookScope scope, string targetUrl, WebhookWish wish, CancellationToken ct) =>
        WriteAsync(scope, async db =>
        {
            var all = await WebhookStore.ListAsync(db, scope.OrganizationId, scope.LineId, ct);
            if (all.Find(webhook => webhook.TargetUrl == targetUrl) is { } known)
                return await ChangeAsync(db, known.Key, wish, null, ct);
            if (all.Count >= Webhook.MaxPerLine)
                return new WebhookOutcome.Full();
            var (key, secret) = (scope.Webhook(Ids.New(time)), WebhookSecret.MintKey());
            await WebhookStore.AddAsync(db, key, targetUrl, wish, Sealed(key, wish), time.NowMs(), ct);
            await WebhookSecretStore.AddAsync(db, key, Ids.New(time), seals.SealKey(key.Id, secret), time.NowMs(), ct);
            await TellAsync(db, key, ct);
            return new WebhookOutcome.Created((await WebhookStore.FindAsync(db, key, ct))!, secret);
        }, ct);

    /// <param name="version">The one that the caller had read; null for any.</param>
    public Task<WebhookOutcome> ChangeAsync(WebhookScope scope, Guid webhookId, WebhookWish wish, long? version, CancellationToken ct) =>
        WriteAsync(scope, db => ChangeAsync(db, scope.Webhook(webhookId), wish, version, ct), ct);

    /// <summary>Nothing more is told or delivered, and what it was told is not shown any more. Also on an archived line.</summary>
    public Task<bool> DeleteAsync(WebhookScope scope, Guid webhookId, CancellationToken ct) =>
        EventStore.WriteAsync(database, scope.OrganizationId, async db =>
        {
            var key = scope.Webhook(webhookId);
            if (!await WebhookStore.DeleteAsync(db, key, time.NowMs(), ct))
                return false;
            await RedeliveryStore.CancelAsync(db, key, null, time.NowMs(), ct);
            await TellAsync(db, key, ct);
            return true;
        }, ct);

    /// <summary>A new secret; the present one signs beside it until <paramref name="overlap"/> is over.</summary>
    public Task<WebhookOutcome> RotateAsync(WebhookScope scope, Guid webhookId, TimeSpan overlap, CancellationToken ct) =>
        WriteAsync(scope, async db =>
        {
            var (key, secret, now) = (scope.Webhook(webhookId), WebhookSecret.MintKey(), time.NowMs());
            if (await WebhookStore.FindAsync(db, key, ct) is null)
                return new WebhookOutcome.NotFound();
            long? formerEndsAt = overlap == TimeSpan.Zero ? null : now + (long)overlap.TotalMilliseconds;
            await WebhookSecretStore.RetireAsync(db, key, formerEndsAt, ct);
            await WebhookSecretStore.AddAsync(db, key, Ids.New(time), seals.SealKey(key.Id, secret), now, ct);
            await WebhookStore.TouchAsync(db, key, now, ct);
            await TellAsync(db, key, ct);
            return new WebhookOutcome.Rotated(secret, now, formerEndsAt);
        }, ct);

    private async Task<WebhookOutcome> ChangeAsync(DbSession db, WebhookKey key, WebhookWish wish, long? version, CancellationToken ct)
    {
        var changed = await WebhookStore.ChangeAsync(db, key, wish, Sealed(key, wish), version, time.NowMs(), ct);
        if (changed && wish.Enabled == true)
            await WebhookStore.TurnOnAsync(db, key, ct);
        if (changed && wish.Enabled == false)
            await WebhookStore.TurnOffAsync(db, key, null, time.NowMs(), ct);
        if (await WebhookStore.FindAsync(db, key, ct) is not { } current)
            return new WebhookOutcome.NotFound();
        if (!changed)
            return new WebhookOutcome.Stale(current);
        await TellAsync(db, key, ct);
        return new WebhookOutcome.Changed(current);
    }

    private async Task<WebhookOutcome> WriteAsync(WebhookScope scope, Func<DbSession, Task<WebhookOutcome>> work, CancellationToken ct)
    {
        var outcome = await EventStore.WriteAsync(
            database, scope.OrganizationId,
            async db => await WebhookStore.IsArchivedAsync(db, scope.OrganizationId, scope.LineId, ct)
                ? new WebhookOutcome.LineArchived()
                : await work(db), ct);
        // What waited while it was off may be due, and what is in hand must stop.
        if (outcome is WebhookOutcome.Changed { Current: var current })
            wakeups.Wake(WebhookWakeups.Deliver, current.Key.Id);
        return outcome;
    }

    private Task TellAsync(DbSession db, WebhookKey key, CancellationToken ct) => EventStore.AppendAsync(
        db, [new(key.OrganizationId, WebhookEvents.Changed, key.LineId, null, key.Id, null, time.NowMs())], ct);

    private byte[]? Sealed(WebhookKey key, WebhookWish wish) => wish.Headers is { } all ? seals.SealHeaders(key.Id, all) : null;
}
