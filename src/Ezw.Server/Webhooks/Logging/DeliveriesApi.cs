using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Webhooks.Configuring;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.Webhooks.Logging;

/// <summary>Handlers of …/webhooks/{webhookId}/deliveries and …/test, of both families.</summary>
internal static class DeliveriesApi
{
    /// <summary>Newest first. With a filter a page may hold less than was asked for, or nothing, and still name a next one.</summary>
    public static async Task<Results<Ok<Page<DeliveryView>>, ProblemHttpResult>> List(
        Guid webhookId, string? state, [FromQuery(Name = "event")] string? ofEvent, Guid? conversationId, string? cursor, int? limit,
        WebhookScope scope, Database database, TimeProvider time, CancellationToken ct)
    {
        var key = scope.Webhook(webhookId);
        if (DeliveryQuery.Refusal(key, state, ofEvent, conversationId, cursor, limit, out var query) is { } refusal)
            return refusal;
        await using var db = await database.ReadAsync(ct);
        if (await WebhookStore.FindAsync(db, key, ct) is null)
            return Problems.NotFound();
        var rows = await DeliveryLogStore.ListAsync(db, query, time.NowMs(), ct);
        var next = rows.Count > query.Size ? rows[query.Size - 1].Place
            : query.PassesOver ? await DeliveryLogStore.EndOfWindowAsync(db, query, ct)
            : null;
        return TypedResults.Ok(new Page<DeliveryView>(
            [.. rows.Take(query.Size).Select(row => row.View)], next is null ? null : query.CursorAt(next)));
    }

    public static async Task<Results<Ok<DeliveryDetail>, ProblemHttpResult>> Get(
        Guid webhookId, Guid deliveryId, WebhookScope scope, Database database, TimeProvider time, CancellationToken ct)
    {
        var key = scope.Webhook(webhookId);
        await using var db = await database.ReadAsync(ct);
        if (await WebhookStore.FindAsync(db, key, ct) is null
            || await DeliveryLogStore.FindAsync(db, key, deliveryId, time.NowMs(), ct) is not { } found)
            return Problems.NotFound();
        var attempts = await DeliveryLogStore.AttemptsAsync(db, scope.OrganizationId, deliveryId, ct);
        return TypedResults.Ok(new DeliveryDetail(found.View, found.Body, attempts));
    }

    public static async Task<Results<Accepted<DeliveryQueued>, ProblemHttpResult>> Test(
        Guid webhookId, WebhookScope scope, DeliveryChanges changes, CancellationToken ct) =>
        Answer(scope, webhookId, await changes.TestAsync(scope, webhookId, ct));

    public static async Task<Results<Accepted<DeliveryQueued>, ProblemHttpResult>> Redeliver(
        Guid webhookId, Guid deliveryId, WebhookScope scope, DeliveryChanges changes, CancellationToken ct) =>
        Answer(scope, webhookId, await changes.RedeliverAsync(scope, webhookId, deliveryId, ct));

    public static async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        Guid webhookId, Guid deliveryId, WebhookScope scope, DeliveryChanges changes, CancellationToken ct) =>
        await changes.CancelAsync(scope, webhookId, deliveryId, ct) is var outcome && outcome is DeliveryOutcome.Canceled
            ? TypedResults.NoContent()
            : outcome.ToProblem();

    private static Results<Accepted<DeliveryQueued>, ProblemHttpResult> Answer(
        WebhookScope scope, Guid webhookId, DeliveryOutcome outcome) => outcome is DeliveryOutcome.Queued queued
        ? TypedResults.Accepted($"{scope.Path}/{webhookId}/deliveries/{queued.DeliveryId}", new DeliveryQueued(queued.DeliveryId))
        : outcome.ToProblem();
}
