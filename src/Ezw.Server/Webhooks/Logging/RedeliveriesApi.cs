using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Lines;
using Ezw.Webhooks.Configuring;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Logging;

/// <summary>Handlers of …/webhooks/{webhookId}/redeliveries, of both families.</summary>
internal static class RedeliveriesApi
{
    private const int MaxListed = 20;

    public static async Task<Results<Accepted<RedeliveryView>, ProblemHttpResult>> Begin(
        Guid webhookId, NewRedelivery input, WebhookScope scope, Redeliveries redeliveries, TimeProvider time, CancellationToken ct)
    {
        if (input.Since is not { } since || since > time.GetUtcNow())
            return Problems.Invalid("since", "since is a time that has passed.");
        return await redeliveries.BeginAsync(scope, webhookId, since, ct) switch
        {
            RedeliveryOutcome.Begun begun => TypedResults.Accepted(
                $"{scope.Path}/{webhookId}/redeliveries/{begun.Current.Id}", begun.Current),
            RedeliveryOutcome.Working working => WebhookProblems.RedeliveryWorking(working.Current),
            RedeliveryOutcome.NotFound => Problems.NotFound(),
            RedeliveryOutcome.LineArchived => LineProblems.Archived(),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The latest only: older ones say nothing that the log of deliveries does not.</summary>
    public static async Task<Results<Ok<Page<RedeliveryView>>, ProblemHttpResult>> List(
        Guid webhookId, WebhookScope scope, Redeliveries redeliveries, CancellationToken ct) =>
        await redeliveries.ListAsync(scope, webhookId, MaxListed, ct) is { } latest
            ? TypedResults.Ok(new Page<RedeliveryView>(latest, null))
            : Problems.NotFound();

    public static async Task<Results<Ok<RedeliveryView>, ProblemHttpResult>> Get(
        Guid webhookId, Guid redeliveryId, WebhookScope scope, Redeliveries redeliveries, CancellationToken ct) =>
        await redeliveries.FindAsync(scope, webhookId, redeliveryId, ct) is { } redelivery
            ? TypedResults.Ok(redelivery)
            : Problems.NotFound();

    public static async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        Guid webhookId, Guid redeliveryId, WebhookScope scope, Redeliveries redeliveries, CancellationToken ct) =>
        await redeliveries.CancelAsync(scope, webhookId, redeliveryId, ct) ? TypedResults.NoContent() : Problems.NotFound();
}
