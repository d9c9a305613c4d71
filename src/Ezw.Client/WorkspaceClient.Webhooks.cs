namespace Ezw.Client;

public sealed partial class WorkspaceClient
{
    public Task<Page<WebhookView>> WebhooksAsync(Guid lineId, CancellationToken ct = default) =>
        GetAsync<Page<WebhookView>>($"/api/lines/{lineId}/webhooks", ct);

    public Task<WebhookView> WebhookAsync(Guid lineId, Guid id, CancellationToken ct = default) =>
        GetAsync<WebhookView>($"/api/lines/{lineId}/webhooks/{id}", ct);

    public Task<WebhookView> CreateWebhookAsync(Guid lineId, WorkspaceWebhook webhook, CancellationToken ct = default) =>
        PostAsync<WebhookView>($"/api/lines/{lineId}/webhooks", webhook, ct);

    public Task<WebhookView> ChangeWebhookAsync(Guid lineId, Guid id, WebhookChange change, CancellationToken ct = default) =>
        PatchAsync<WebhookView>($"/api/lines/{lineId}/webhooks/{id}", change, ct);

    public Task DeleteWebhookAsync(Guid lineId, Guid id, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/webhooks/{id}", ct);

    public Task<WebhookSecretCreated> RotateSecretAsync(Guid lineId, Guid id, NewWebhookSecret secret, CancellationToken ct = default) =>
        PostAsync<WebhookSecretCreated>($"/api/lines/{lineId}/webhooks/{id}/secret", secret, ct);

    public Task<DeliveryQueued> TestWebhookAsync(Guid lineId, Guid id, CancellationToken ct = default) =>
        PostAsync<DeliveryQueued>($"/api/lines/{lineId}/webhooks/{id}/test", null, ct);

    public Task<Page<DeliveryView>> DeliveriesAsync(
        Guid lineId, Guid id, string? state = null, string? cursor = null, CancellationToken ct = default) =>
        GetAsync<Page<DeliveryView>>(Query($"/api/lines/{lineId}/webhooks/{id}/deliveries", ("state", state), ("cursor", cursor)), ct);

    public Task<DeliveryDetail> DeliveryAsync(Guid lineId, Guid id, Guid deliveryId, CancellationToken ct = default) =>
        GetAsync<DeliveryDetail>($"/api/lines/{lineId}/webhooks/{id}/deliveries/{deliveryId}", ct);

    public Task<DeliveryQueued> RedeliverAsync(Guid lineId, Guid id, Guid deliveryId, CancellationToken ct = default) =>
        PostAsync<DeliveryQueued>($"/api/lines/{lineId}/webhooks/{id}/deliveries/{deliveryId}/redelivery", null, ct);

    public Task CancelDeliveryAsync(Guid lineId, Guid id, Guid deliveryId, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/webhooks/{id}/deliveries/{deliveryId}", ct);

    /// <summary>The latest twenty, newest first.</summary>
    public Task<Page<RedeliveryView>> RedeliveriesAsync(Guid lineId, Guid id, CancellationToken ct = default) =>
        GetAsync<Page<RedeliveryView>>($"/api/lines/{lineId}/webhooks/{id}/redeliveries", ct);

    /// <summary>All that was given up since then; 409 <c>redelivery_working</c> while an earlier one goes on.</summary>
    public Task<RedeliveryView> BeginRedeliveryAsync(Guid lineId, Guid id, NewRedelivery redelivery, CancellationToken ct = default) =>
        PostAsync<RedeliveryView>($"/api/lines/{lineId}/webhooks/{id}/redeliveries", redelivery, ct);

    public Task<RedeliveryView> RedeliveryAsync(Guid lineId, Guid id, Guid redeliveryId, CancellationToken ct = default) =>
        GetAsync<RedeliveryView>($"/api/lines/{lineId}/webhooks/{id}/redeliveries/{redeliveryId}", ct);

    public Task CancelRedeliveryAsync(Guid lineId, Guid id, Guid redeliveryId, CancellationToken ct = default) =>
        DeleteAsync($"/api/lines/{lineId}/webhooks/{id}/redeliveries/{redeliveryId}", ct);
}
