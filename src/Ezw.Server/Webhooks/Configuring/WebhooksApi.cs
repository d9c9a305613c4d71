using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Configuring;

/// <summary>Handlers of …/webhooks, of both families. Where a body is strict about its members, <see cref="ChannelWebhooksApi"/> is not.</summary>
internal static class WebhooksApi
{
    private const int MaxOverlapHours = 24;

    public static async Task<Ok<Page<WebhookView>>> List(WebhookScope scope, Database database, TimeProvider time, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var webhooks = await WebhookStore.ListAsync(db, scope.OrganizationId, scope.LineId, ct);
        return TypedResults.Ok(new Page<WebhookView>(webhooks.ConvertAll(webhook => webhook.View(time.NowMs())), null));
    }

    public static async Task<Results<Ok<WebhookView>, ProblemHttpResult>> Get(
        Guid webhookId, WebhookScope scope, Database database, TimeProvider time, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await WebhookStore.FindAsync(db, scope.Webhook(webhookId), ct) is { } webhook
            ? TypedResults.Ok(webhook.View(time.NowMs()))
            : Problems.NotFound();
    }

    /// <summary>201 whether it was made or changed: the webhook with this URL is now as asked.</summary>
    public static async Task<Results<Created<WebhookView>, ProblemHttpResult>> Put(
        WorkspaceWebhook input, WebhookScope scope, TargetPolicy targets, WebhookChanges changes, TimeProvider time, CancellationToken ct)
    {
        if (WebhookWish.Refusal(input, targets, out var targetUrl, out var wish) is { } refusal)
            return refusal;
        return await changes.PutAsync(scope, targetUrl, wish, ct) switch
        {
            WebhookOutcome.Created made => Created(made.Current.View(time.NowMs()) with { Secret = WebhookSecret.Show(made.Key) }),
            WebhookOutcome.Changed changed => Created(changed.Current.View(time.NowMs())),
            var refused => refused.ToProblem(time.NowMs()),
        };

        Created<WebhookView> Created(WebhookView view) => TypedResults.Created($"{scope.Path}/{view.Id}", view);
    }

    public static async Task<Results<Ok<WebhookView>, ProblemHttpResult>> Change(
        Guid webhookId, WebhookChange input, WebhookScope scope, WebhookChanges changes, TimeProvider time, CancellationToken ct)
    {
        if (WebhookWish.Refusal(input, out var wish) is { } refusal)
            return refusal;
        return await changes.ChangeAsync(scope, webhookId, wish, input.Version, ct) switch
        {
            WebhookOutcome.Changed changed => TypedResults.Ok(changed.Current.View(time.NowMs())),
            var refused => refused.ToProblem(time.NowMs()),
        };
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Delete(
        Guid webhookId, WebhookScope scope, WebhookChanges changes, CancellationToken ct) =>
        await changes.DeleteAsync(scope, webhookId, ct) ? TypedResults.NoContent() : Problems.NotFound();

    public static async Task<Results<Created<WebhookSecretCreated>, ProblemHttpResult>> Rotate(
        Guid webhookId, NewWebhookSecret? input, WebhookScope scope, WebhookChanges changes, TimeProvider time, CancellationToken ct)
    {
        if (input?.OverlapHours is < 0 or > MaxOverlapHours)
            return Problems.Invalid("overlapHours", "overlapHours is a number from 0 to 24.");
        var overlap = TimeSpan.FromHours(input?.OverlapHours ?? MaxOverlapHours);
        return await changes.RotateAsync(scope, webhookId, overlap, ct) switch
        {
            WebhookOutcome.Rotated rotated => TypedResults.Created($"{scope.Path}/{webhookId}", new WebhookSecretCreated(
                WebhookSecret.Show(rotated.Key), DateTimeOffset.FromUnixTimeMilliseconds(rotated.At),
                rotated.FormerEndsAt is { } end ? DateTimeOffset.FromUnixTimeMilliseconds(end) : null)),
            var refused => refused.ToProblem(time.NowMs()),
        };
    }
}
