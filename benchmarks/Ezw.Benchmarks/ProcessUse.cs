using System.Diagnostics;

namespace Ezw.Benchmarks;

/// <summary>What another process uses of the machine.</summary>
internal static class ProcessUse
{
    private const double BytesPerMb = 1024 * 1024;
    private const double KbPerMb = 1024;

    public static double ResidentMb(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64 / BytesPerMb;
    }

    /// <summary>Resident memory, with what several processes share divided among them.</summary>
    public static double ProportionalMb(int processId) =>
        File.ReadLines($"/proc/{processId}/smaps_rollup").Where(line => line.StartsWith("Pss:", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null)) / KbPerMb;

    /// <summary>The children that a process has now.</summary>
    public static int[] Children(int processId) =>
        [.. File.ReadAllText($"/proc/{processId}/task/{processId}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, null))];

    public static TimeSpan CpuTime(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
