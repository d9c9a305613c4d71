using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// How much may be under way at once: to one webhook, for one organization and on this node, so that whose targets hang leaves room for
/// the others.
/// </summary>
internal sealed class DeliverySlots(IOptions<WebhookOptions> options) : IDisposable
{
    private readonly SemaphoreSlim node = new(options.Value.AtOncePerNode);
    private readonly ConcurrentDictionary<Guid, SemaphoreSlim> organizations = new();

    /// <summary>A courier's own.</summary>
    public SemaphoreSlim OfWebhook() => new(options.Value.AtOncePerWebhook);

    /// <summary>The widest last: who waits for its own webhook or organization holds nobody else up.</summary>
    public async Task EnterAsync(Guid organizationId, SemaphoreSlim webhook, CancellationToken ct)
    {
        await webhook.WaitAsync(ct);
        var (entered, organization) = (0, Of(organizationId));
        try
        {
            await organization.WaitAsync(ct);
            entered++;
            await node.WaitAsync(ct);
            entered++;
        }
        finally
        {
            if (entered == 1)
                organization.Release();
            if (entered < 2)
                webhook.Release();
        }
    }

    public void Leave(Guid organizationId, SemaphoreSlim webhook)
    {
        node.Release();
        Of(organizationId).Release();
        webhook.Release();
    }

    public void Dispose()
    {
        node.Dispose();
        foreach (var (_, gate) in organizations)
            gate.Dispose();
    }

    private SemaphoreSlim Of(Guid organizationId) =>
        organizations.GetOrAdd(organizationId, _ => new SemaphoreSlim(options.Value.AtOncePerOrganization));
}
