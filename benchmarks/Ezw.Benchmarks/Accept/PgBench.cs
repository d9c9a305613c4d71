using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// PostgreSQL's own load tool with the same row in a single prepared statement: what a C client reaches without any server between.
/// </summary>
internal sealed partial class PgBench(string connectionString, Guid line) : IContender
{
    private const int LatencyColumn = 2;
    private const double MicrosecondsPerMs = 1000;

    public string Name => "pgbench";

    public async Task<Sample> MeasureAsync(int connections, TimeSpan warmUp, TimeSpan duration)
    {
        using var scratch = new ScratchFolder();
        await File.WriteAllTextAsync(scratch.Of("insert.sql"), $"""
            \set recipient random(0, 4999)
            insert into bare_message (id, line_id, recipient, body, created_at)
            values (gen_random_uuid(), '{line}', '+97250' || :recipient::text, '{PreparedRequest.Body}',
                (extract(epoch from clock_timestamp()) * 1000)::bigint);

            """);
        // pgbench counts whole seconds from its start and needs no warm-up of its own.
        var seconds = (int)Math.Ceiling(duration.TotalSeconds);
        var said = await RunAsync(scratch,
            "-M", "prepared", "-n", "-f", scratch.Of("insert.sql"), "-c", $"{connections}", "-j", $"{Math.Min(connections, 2)}",
            "-T", $"{seconds}", "--log", $"--log-prefix={scratch.Of("latency")}");
        var rate = double.Parse(Rate().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
        var latencies = Directory.EnumerateFiles(scratch.Path, "latency*").SelectMany(File.ReadLines)
            .Select(entry => long.Parse(entry.Split(' ')[LatencyColumn], null) / MicrosecondsPerMs).ToList();
        return Sample.Of(latencies, duration) with { PerSecond = rate };
    }

    private async Task<string> RunAsync(ScratchFolder scratch, params string[] arguments)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo(Program())
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = scratch.Path,
            Environment =
            {
                ["PGHOST"] = target.Host, ["PGPORT"] = $"{target.Port}", ["PGUSER"] = target.Username, ["PGPASSWORD"] = target.Password,
                ["PGDATABASE"] = target.Database,
            },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var pgbench = Process.Start(start)!;
        var errors = pgbench.StandardError.ReadToEndAsync();
        var said = await pgbench.StandardOutput.ReadToEndAsync();
        await pgbench.WaitForExitAsync();
        return pgbench.ExitCode == 0 ? said : throw new InvalidOperationException($"pgbench failed:\n{await errors}");
    }

    // Debian's pgbench on the PATH is a Perl script that looks for the program first.
    private static string Program() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateFiles("/usr/lib/postgresql", "pgbench", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last()
        : "pgbench";

    [GeneratedRegex(@"tps = ([\d.]+)")]
    private static partial Regex Rate();
}
