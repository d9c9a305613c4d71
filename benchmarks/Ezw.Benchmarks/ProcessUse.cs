using System.Diagnostics;

namespace Ezw.Benchmarks;

/// <summary>What another process uses of the machine.</summary>
internal static class ProcessUse
{
    private const double BytesPerMb = 1024 * 1024;

    public static double ResidentMb(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.WorkingSet64 / BytesPerMb;
    }

    public static TimeSpan CpuTime(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
