using System.Security.Cryptography;
using System.Text;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks;

/// <summary>The verifier can refuse, so that its consent means something.</summary>
public sealed class WebhookVerifierTests
{
    private const string Body = """{"event":"messages.post","body":"שלום 👋"}""";

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_760_000_000);

    [Fact]
    public async Task It_accepts_what_is_signed_and_refuses_what_was_changed()
    {
        Prerequisite.Node();
        var sound = Delivery(Sign(Key, Body));

        var verdicts = await WebhookVerifier.VerifyAsync(
            sound,
            Delivery($"{Sign(RandomNumberGenerator.GetBytes(32), Body)} {Sign(Key, Body)}"),
            sound with { Body = Encoding.UTF8.GetBytes(Body + " ") },
            sound with { Now = At.AddMinutes(6) },
            sound with { Headers = new Dictionary<string, string>() });

        Assert.Equal(
            [null, null, "No matching signature found", "Message timestamp too old", "Missing required headers"],
            verdicts.Select(verdict => verdict.Reason));
        Assert.Equal([true, true, false, false, false], verdicts.Select(verdict => verdict.Ok));
    }

    private static SignedDelivery Delivery(string signatures) => new(
        "whsec_" + Convert.ToBase64String(Key),
        new Dictionary<string, string>
        {
            ["Webhook-Id"] = "msg_1", ["Webhook-Timestamp"] = $"{At.ToUnixTimeSeconds()}", ["Webhook-Signature"] = signatures,
        },
        Encoding.UTF8.GetBytes(Body), At);

    private static string Sign(byte[] key, string body) => "v1," + Convert.ToBase64String(
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"msg_1.{At.ToUnixTimeSeconds()}.{body}")));
}
