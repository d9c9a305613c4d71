using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Webhooks.Configuring;
using Microsoft.Extensions.Options;

namespace Ezw.Webhooks.Delivering;

/// <summary>What every courier works with.</summary>
internal sealed record CourierTools(
    Database Database, CommitQueue Commits, DeliveryStartStore Starts, DeliveryFinishStore Finishes, DeliveryPolicy Policy,
    DeliverySlots Slots, GuardedHttp Http, WebhookSeals Seals, NodeLease Lease, IOptions<WebhookOptions> Options, TimeProvider Time,
    ILogger<Courier> Log);
