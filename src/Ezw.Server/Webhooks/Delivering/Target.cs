using System.Globalization;
using System.Text;
using Ezw.Foundation.Storage;
using Ezw.Webhooks.Configuring;

namespace Ezw.Webhooks.Delivering;

/// <summary>A webhook as its courier needs it, its secrets open, for as long as its version is the present one.</summary>
internal sealed class Target(DueWebhook webhook, TargetRow row, IEnumerable<WebhookSecret> secrets, WebhookSeals seals)
{
    private readonly KeyValuePair<string, string>[] headers = [.. seals.OpenHeaders(webhook.WebhookId, row.Headers)];
    private readonly (byte[] Key, long? ExpiresAt)[] keys =
        [.. secrets.Select(secret => (seals.OpenKey(webhook.WebhookId, secret.Sealed), secret.ExpiresAt))];

    public string Url => row.Url;

    public bool Enabled => row.Enabled;

    public long Version => row.Version;

    /// <summary>The request of one attempt: its bytes are what is signed, and its time is fresh.</summary>
    public (byte[] Json, List<KeyValuePair<string, string>> Headers) Request(
        LaneDelivery delivery, string body, long number, TimeProvider time)
    {
        var json = Encoding.UTF8.GetBytes(body);
        var (id, seconds) = (delivery.Id.ToString(), time.GetUtcNow().ToUnixTimeSeconds());
        var live = keys.Where(key => key.ExpiresAt is null || key.ExpiresAt > time.NowMs()).Select(key => key.Key).ToList();
        return (json, [
            new("X-EZW-Webhook-Event", delivery.Event),
            new("X-EZW-Line-Id", webhook.LineId.ToString()),
            new("X-EZW-Webhook-Id", webhook.WebhookId.ToString()),
            new("X-EZW-Delivery-Id", id),
            new("X-EZW-Attempt", number.ToString(CultureInfo.InvariantCulture)),
            new("webhook-id", id),
            new("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture)),
            new("webhook-signature", Signature.Of(live, id, seconds, json)),
            .. headers,
        ]);
    }
}
