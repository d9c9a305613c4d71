namespace Ezw.Benchmarks.Live;

/// <summary>One window at one rate.</summary>
/// <param name="PerSecond">Events that arrived, counted once for each subscriber; the time runs until the last of them.</param>
/// <param name="Missing">What should have arrived and did not.</param>
internal sealed record LiveSample(double PerSecond, double P50Ms, double P99Ms, double CpuMicroseconds, double CpuPercent, int Missing)
{
    /// <param name="startedMs">Epoch-milliseconds.</param>
    /// <param name="window">What it took at least.</param>
    public static LiveSample Of(List<Published> published, List<Arrival> arrivals, long startedMs, TimeSpan window, TimeSpan cpu)
    {
        var lastMs = arrivals.Select(one => one.AtMs).DefaultIfEmpty().Max();
        var took = TimeSpan.FromMilliseconds(Math.Max(lastMs - startedMs, window.TotalMilliseconds));
        var sentAt = published.ToDictionary(one => one.Position, one => one.AtMs);
        var ours = arrivals.Where(one => sentAt.ContainsKey(one.Position));
        double[] delays = [.. ours.Select(one => (double)(one.AtMs - sentAt[one.Position])).Order()];
        return new LiveSample(
            delays.Length / took.TotalSeconds, At(delays, 0.5), At(delays, 0.99), cpu.TotalMicroseconds / delays.Length, cpu / took * 100,
            published.Sum(one => one.Audience) - delays.Length);
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];
}

/// <summary>What all processes of a server had of the memory, at three times.</summary>
internal sealed record LiveMemory(double BeforeMb, double WithAllMb, double AfterLoadMb)
{
    private const double KbPerMb = 1024;

    public double KbEach(int subscribers) => (WithAllMb - BeforeMb) * KbPerMb / subscribers;

    public double KbEachAfterLoad(int subscribers) => (AfterLoadMb - BeforeMb) * KbPerMb / subscribers;
}
