using Ezw.Client;
using Ezw.Foundation.Security.Outbound;
using Ezw.Webhooks.Logging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Webhooks.Configuring;

/// <summary>
/// The handlers of /api/v1/webhooks that take a body: the same as for people, but members that nobody knows are ignored, because the tools
/// of agencies send more than we ask for.
/// </summary>
internal static class ChannelWebhooksApi
{
    public static Task<Results<Created<WebhookView>, ProblemHttpResult>> Put(
        ChannelWebhook input, WebhookScope scope, TargetPolicy targets, WebhookChanges changes, TimeProvider time, CancellationToken ct) =>
        WebhooksApi.Put(
            new WorkspaceWebhook(
                input.TargetUrl, input.Url, input.Events, input.PayloadFormat, input.Enabled, input.Persistent, input.Headers),
            scope, targets, changes, time, ct);

    public static Task<Results<Ok<WebhookView>, ProblemHttpResult>> Change(
        Guid webhookId, ChannelWebhookChange input, WebhookScope scope, WebhookChanges changes, TimeProvider time, CancellationToken ct) =>
        WebhooksApi.Change(
            webhookId,
            new WebhookChange(input.Events, input.PayloadFormat, input.Enabled, input.Persistent, input.Headers, input.Version),
            scope, changes, time, ct);

    public static Task<Results<Created<WebhookSecretCreated>, ProblemHttpResult>> Rotate(
        Guid webhookId, NewChannelWebhookSecret? input, WebhookScope scope, WebhookChanges changes, TimeProvider time,
        CancellationToken ct) =>
        WebhooksApi.Rotate(webhookId, new NewWebhookSecret(input?.OverlapHours), scope, changes, time, ct);

    public static Task<Results<Accepted<RedeliveryView>, ProblemHttpResult>> Redeliver(
        Guid webhookId, NewChannelRedelivery input, WebhookScope scope, Redeliveries redeliveries, TimeProvider time,
        CancellationToken ct) =>
        RedeliveriesApi.Begin(webhookId, new NewRedelivery(input.Since), scope, redeliveries, time, ct);
}
