using System.Diagnostics;
using System.Runtime.InteropServices;
using Ezw.Tests.Support;

namespace Ezw.Benchmarks;

/// <summary>Where and on what a figure was measured; without it a figure says nothing.</summary>
internal static class Machine
{
    private const int Flushes = 300;
    private const int BlockBytes = 4096;

    public static async Task<string> DescribeAsync() => $"""
        - {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, commit {await CommitAsync()}
        - {Environment.ProcessorCount} cores ({CpuModel()}) shared by load generator, server and database, {LoadAverage()}
        - {RuntimeInformation.FrameworkDescription}
        - one flush of a 4 KiB append to this disk: {FlushMicroseconds():N0} µs (median of {Flushes})
        """;

    private static string CpuModel() => !File.Exists("/proc/cpuinfo")
        ? "model unknown"
        : File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?
            .Split(':')[1].Trim() ?? "model unknown";

    /// <summary>Well above the number of cores, somebody else was at work too, and the figures say so by their spread.</summary>
    private static string LoadAverage() => File.Exists("/proc/loadavg")
        ? $"load average {string.Join(", ", File.ReadAllText("/proc/loadavg").Split(' ')[..3])} at the end"
        : "load unknown";

    private static async Task<string> CommitAsync()
    {
        var commit = await GitAsync("rev-parse", "--short", "HEAD");
        var changes = await GitAsync("status", "--porcelain", "--", "src", "benchmarks/Ezw.Benchmarks");
        return changes.Length == 0 ? commit : $"{commit} with changes";
    }

    private static async Task<string> GitAsync(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = RepositoryRoot.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        return (await git.StandardOutput.ReadToEndAsync()).Trim();
    }

    private static double FlushMicroseconds()
    {
        using var scratch = new ScratchFolder();
        using var file = File.OpenHandle(scratch.Of("flush"), FileMode.Create, FileAccess.Write);
        var block = new byte[BlockBytes];
        var took = new double[Flushes];
        for (var i = 0; i < Flushes; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, block, (long)i * BlockBytes);
            RandomAccess.FlushToDisk(file);
            took[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }
        return Spread.Of(took).Median;
    }
}
