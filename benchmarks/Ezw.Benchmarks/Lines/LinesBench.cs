namespace Ezw.Benchmarks.Lines;

/// <summary>What a line costs that is connected and silent: resident memory and processor time of one server with many of them.</summary>
internal static class LinesBench
{
    public static readonly int[] DefaultCounts = [0, 1_000, 10_000];

    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Idling = TimeSpan.FromSeconds(20);

    private static readonly string[] Columns =
        ["idle lines", "all connected after s", "resident MB when connected", "resident MB after idling", "CPU % of one core while idle"];

    public static async Task RunAsync(int[] counts)
    {
        var rows = new List<string[]>();
        foreach (var count in counts)
            rows.Add(await MeasureAsync(count));
        await new Report("Idle connected lines")
            .Paragraph(await Machine.DescribeAsync())
            .Table(Columns, rows)
            .Paragraph($"""
                One server on SQLite with its simulated network in the same process. After the last line connected it settles for
                {Settling.TotalSeconds:N0} s; the processor time is that of the {Idling.TotalSeconds:N0} s after it, heartbeats and
                reconciling included.
                """)
            .KeepAsync("lines");
    }

    private static async Task<string[]> MeasureAsync(int count)
    {
        using var scratch = new ScratchFolder();
        await using (var seed = await Seed.OpenAsync(scratch, ""))
            await seed.LinkedAsync(count);
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        await using var server = await RunningServer.ProductAsync(scratch, "");
        while (await ConnectedLines.CountAsync(scratch) < count)
        {
            if (clock.GetElapsedTime(started) > ConnectLimit)
                throw new TimeoutException($"Not all of {count} lines connected:\n{await File.ReadAllTextAsync(scratch.Of("log"))}");
            await Task.Delay(LookEvery, clock);
        }
        var connectedAfter = clock.GetElapsedTime(started);
        var connectedMb = ProcessUse.ResidentMb(server.ProcessId);
        await Task.Delay(Settling, clock);
        var before = ProcessUse.CpuTime(server.ProcessId);
        await Task.Delay(Idling, clock);
        var cpu = (ProcessUse.CpuTime(server.ProcessId) - before) / Idling;
        return
        [
            $"{count:N0}", $"{connectedAfter.TotalSeconds:N1}", $"{connectedMb:N0}", $"{ProcessUse.ResidentMb(server.ProcessId):N0}",
            $"{cpu * 100:N1}",
        ];
    }
}
