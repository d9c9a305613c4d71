using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>
/// A script of tests/node that asks somebody else's package for its verdict: a line of JSON in, a line out, as often as there are lines.
/// </summary>
internal static class NodeScript
{
    private const string Folder = "tests/node";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly string[] Packages = ["ajv", "js-yaml", "standardwebhooks"];

    public static bool HasNode { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "node")));

    public static bool IsAvailable =>
        HasNode && Packages.All(package => File.Exists(RepositoryRoot.Of($"{Folder}/node_modules/{package}/package.json")));

    public static async Task<IReadOnlyList<Verdict>> AskAsync(string script, IEnumerable<string> lines, params string[] arguments)
    {
        var start = new ProcessStartInfo("node", [RepositoryRoot.Of($"{Folder}/{script}"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync();
        var complaints = process.StandardError.ReadToEndAsync();
        foreach (var line in lines)
            await process.StandardInput.WriteLineAsync(line);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        finally
        {
            process.Kill();
        }
        Assert.True(process.ExitCode == 0, await complaints);
        return [.. (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
            .Select(verdict => new Verdict((bool)verdict["ok"]!, (string?)verdict["reason"]))];
    }
}

/// <param name="Reason">Why not.</param>
internal sealed record Verdict(bool Ok, string? Reason);
