using System.Text.Json.Nodes;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks;

/// <summary>Deliveries as a customer verifies them: with the package standardwebhooks, in Node.</summary>
internal static class WebhookVerifier
{
    /// <summary>One verdict a delivery, in their order.</summary>
    public static Task<IReadOnlyList<Verdict>> VerifyAsync(params IReadOnlyList<SignedDelivery> deliveries) =>
        NodeScript.AskAsync("verify-webhook.mjs", deliveries.Select(Line));

    private static string Line(SignedDelivery delivery)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in delivery.Headers)
            headers[name] = value;
        return new JsonObject
        {
            ["secret"] = delivery.Secret, ["headers"] = headers, ["body"] = Convert.ToBase64String(delivery.Body),
            ["now"] = delivery.Now?.ToUnixTimeMilliseconds(),
        }.ToJsonString();
    }
}

/// <param name="Secret">As the customer was shown it: "whsec_…".</param>
/// <param name="Headers">All that came; the verifier takes its own, in whatever case.</param>
/// <param name="Now">The receiver's clock; null for the real one.</param>
internal sealed record SignedDelivery(string Secret, IReadOnlyDictionary<string, string> Headers, byte[] Body, DateTimeOffset? Now = null);
