using Ezw.Foundation.Http;
using Ezw.Webhooks.Configuring;
using Ezw.Webhooks.Delivering;
using Ezw.Webhooks.Logging;
using Ezw.Webhooks.Payloads;
using Ezw.Webhooks.Redelivering;
using Ezw.Webhooks.Relaying;
using Ezw.Webhooks.Sweeping;
using Microsoft.Extensions.Options;

namespace Ezw.Webhooks;

/// <summary>The door of the slice.</summary>
internal static class WebhooksDoor
{
    public static void AddWebhooks(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<WebhookOptions>, WebhookOptionsCheck>();
        services.AddSingleton<IPayloadFormat, WhapiFormat>();
        services.AddSingleton<IPayloadFormat, WhapiCloudFormat>();
        services.AddSingleton<WebhookSeals>();
        services.AddSingleton<WebhookChanges>();
        services.AddSingleton<DeliveryChanges>();
        services.AddSingleton<Redeliveries>();
        services.AddSingleton<RelayedPageStore>();
        services.AddHostedService<DeliveryRelay>();
        services.AddSingleton<DeliveryStartStore>();
        services.AddSingleton<DeliveryFinishStore>();
        services.AddSingleton<DeliveryPolicy>();
        services.AddSingleton<DeliverySlots>();
        services.AddSingleton<CourierTools>();
        services.AddHostedService<DeliveryWorker>();
        services.AddHostedService<RedeliveryWorker>();
        services.AddHostedService<WebhookSweeper>();
    }

    /// <summary>Both families have the same routes; those that take a body differ in what they make of unknown members.</summary>
    /// <param name="workspace">The group /api, which already asks for an ID token.</param>
    /// <param name="channel">The group /api/v1, which already asks for a line token.</param>
    public static void MapWebhooks(RouteGroupBuilder workspace, RouteGroupBuilder channel)
    {
        var ofPeople = WebhookScope.RefuseOthers(workspace.MapGroup("/lines/{lineId:guid}/webhooks")).WithTags("Webhooks");
        Map(ofPeople, WebhooksApi.Put, WebhooksApi.Change, WebhooksApi.Rotate, RedeliveriesApi.Begin);
        var ofMachines = WebhookScope.RefuseOthers(channel.MapGroup("/webhooks")).WithTags("Channel");
        Map(ofMachines, ChannelWebhooksApi.Put, ChannelWebhooksApi.Change, ChannelWebhooksApi.Rotate, ChannelWebhooksApi.Redeliver);
    }

    private static void Map(RouteGroupBuilder webhooks, Delegate put, Delegate change, Delegate rotate, Delegate redeliver)
    {
        webhooks.MapGet("/", WebhooksApi.List).WithSummary("List webhooks and how they fare");
        webhooks.MapPost("/", put).WithSummary("Create the webhook with this URL, or change it").MayRefuse(409);

        var webhook = webhooks.MapGroup("/{webhookId:guid}");
        webhook.MapGet("/", WebhooksApi.Get).WithSummary("Read a webhook");
        webhook.MapPatch("/", change).WithSummary("Change a webhook, turn it on or off").MayRefuse(409);
        webhook.MapDelete("/", WebhooksApi.Delete).WithSummary("Delete a webhook");
        webhook.MapPost("/secret", rotate).WithSummary("Rotate the signing secret").MayRefuse(409);
        webhook.MapPost("/test", DeliveriesApi.Test).WithSummary("Queue a test delivery").MayRefuse(409);

        var deliveries = webhook.MapGroup("/deliveries");
        deliveries.MapGet("/", DeliveriesApi.List).WithSummary("List deliveries, newest first");
        deliveries.MapGet("/{deliveryId:guid}", DeliveriesApi.Get).WithSummary("Read a delivery, its body and attempts");
        deliveries.MapDelete("/{deliveryId:guid}", DeliveriesApi.Cancel).WithSummary("Cancel a delivery that waits").MayRefuse(409);
        deliveries.MapPost("/{deliveryId:guid}/redelivery", DeliveriesApi.Redeliver).WithSummary("Deliver one again").MayRefuse(409);

        var redeliveries = webhook.MapGroup("/redeliveries");
        redeliveries.MapPost("/", redeliver).WithSummary("Deliver again what failed since a time").MayRefuse(409);
        redeliveries.MapGet("/", RedeliveriesApi.List).WithSummary("List the latest redeliveries, newest first");
        redeliveries.MapGet("/{redeliveryId:guid}", RedeliveriesApi.Get).WithSummary("How far a redelivery has come");
        redeliveries.MapDelete("/{redeliveryId:guid}", RedeliveriesApi.Cancel).WithSummary("Cancel a redelivery; what is queued stays");
    }
}
