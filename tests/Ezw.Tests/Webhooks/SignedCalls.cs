using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks;

/// <summary>What the customers' verifier says of calls that a receiver kept, each with the secret that it is tried with.</summary>
internal static class SignedCalls
{
    public static async Task AllVerifyAsync(params IEnumerable<(string Secret, Call Call)> calls) =>
        Assert.All(await VerifyAsync(calls), verdict => Assert.True(verdict.Ok, verdict.Reason));

    public static async Task NoneVerifiesAsync(params IEnumerable<(string Secret, Call Call)> calls) =>
        Assert.All(await VerifyAsync(calls), verdict => Assert.False(verdict.Ok));

    private static Task<IReadOnlyList<Verdict>> VerifyAsync(IEnumerable<(string Secret, Call Call)> calls) =>
        WebhookVerifier.VerifyAsync([.. calls.Select(one => new SignedDelivery(one.Secret, one.Call.Headers, one.Call.Body))]);
}
