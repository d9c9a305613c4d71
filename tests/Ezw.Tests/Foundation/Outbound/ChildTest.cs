using System.Diagnostics;

namespace Ezw.Tests.Foundation.Outbound;

/// <summary>Runs one test once more in a process of its own, for what .NET reads from the environment once. The test knows from a variable
/// that it is there.</summary>
internal static class ChildTest
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Type type, string method, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "Ezw.Tests"),
            ["--filter-method", $"{type.FullName}.{method}", "--no-ansi", "--progress", "off"])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        using var child = Process.Start(start)!;
        var said = await child.StandardOutput.ReadToEndAsync(limit.Token);
        await child.WaitForExitAsync(limit.Token);
        Assert.True(child.ExitCode == 0, said);
    }
}
