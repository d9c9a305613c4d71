using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Payloads;

/// <summary>whapi.cloud's own OpenAPI document. It is theirs, so it stands beside this repository and not in it.</summary>
internal static class WhapiDocument
{
    private static string Path =>
        Environment.GetEnvironmentVariable("EZW_WHAPI_OPENAPI") ?? RepositoryRoot.Of("../shared/whapi/openapi-1.8.7.yaml");

    /// <summary>The first line of a test that holds payloads against it.</summary>
    public static void Required()
    {
        Prerequisite.Node();
        Assert.SkipUnless(File.Exists(Path), "whapi.cloud's OpenAPI document 1.8.7 is not here: name it in EZW_WHAPI_OPENAPI.");
    }

    /// <summary>One verdict a payload, in their order.</summary>
    public static Task<IReadOnlyList<Verdict>> JudgeAsync(IEnumerable<string> payloads) =>
        NodeScript.AskAsync("validate-whapi.mjs", payloads, Path);

    public static async Task ShouldAcceptAsync(IReadOnlyList<string> payloads)
    {
        var verdicts = await JudgeAsync(payloads);
        Assert.Equal(payloads.Count, verdicts.Count);
        Assert.Empty(verdicts.Zip(payloads).Where(one => !one.First.Ok).Select(one => $"{one.First.Reason}: {one.Second}"));
    }
}
