namespace Ezw.Benchmarks.Accept;

/// <summary>One measurement of one contender.</summary>
/// <param name="CpuMicroseconds">
/// Processor time of the server a request; unlike the others, it is hardly disturbed by other work on the machine.
/// </param>
internal sealed record Sample(double PerSecond, double P50Ms, double P99Ms, double? CpuMicroseconds = null)
{
    /// <param name="latencies">Milliseconds, one a request; sorted here.</param>
    public static Sample Of(List<double> latencies, TimeSpan duration)
    {
        if (latencies.Count == 0)
            throw new InvalidOperationException("Not one request was answered.");
        latencies.Sort();
        return new Sample(latencies.Count / duration.TotalSeconds, At(0.50), At(0.99));

        double At(double share) => latencies[Math.Min(latencies.Count - 1, (int)(latencies.Count * share))];
    }
}
