using System.Text.Json;
using Ezw.Foundation.Security;

namespace Ezw.Webhooks.Configuring;

/// <summary>
/// Seals what a webhook must keep secret: the keys that sign its deliveries and the headers that its owner adds, which may hold a password.
/// The purpose names the webhook, so that what was sealed for one does not open for another.
/// </summary>
internal sealed class WebhookSeals(SecretBox box)
{
    public byte[] SealKey(Guid webhookId, byte[] key) => box.Seal(key, KeyPurpose(webhookId));

    /// <summary>The key for HMAC-SHA256.</summary>
    public byte[] OpenKey(Guid webhookId, byte[] sealedKey) => box.Open(sealedKey, KeyPurpose(webhookId));

    /// <summary>Null for no headers at all.</summary>
    public byte[]? SealHeaders(Guid webhookId, IReadOnlyDictionary<string, string> headers) =>
        headers.Count == 0 ? null : box.Seal(JsonSerializer.SerializeToUtf8Bytes(headers), HeadersPurpose(webhookId));

    /// <summary>The static headers of every delivery.</summary>
    public IReadOnlyDictionary<string, string> OpenHeaders(Guid webhookId, byte[]? sealedHeaders) =>
        sealedHeaders is null
            ? new Dictionary<string, string>()
            : JsonSerializer.Deserialize<Dictionary<string, string>>(box.Open(sealedHeaders, HeadersPurpose(webhookId)))!;

    private static string KeyPurpose(Guid webhookId) => $"webhook-secret/{webhookId}";

    private static string HeadersPurpose(Guid webhookId) => $"webhook-headers/{webhookId}";
}
