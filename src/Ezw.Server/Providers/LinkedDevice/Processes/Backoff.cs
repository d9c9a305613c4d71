namespace Ezw.Providers.LinkedDevice.Processes;

/// <summary>Exponential back-off with full jitter, so that lines that lost their process do not come back in one moment.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest)
{
    private int failures;

    /// <summary>Since the last success.</summary>
    public int Failures => Volatile.Read(ref failures);

    public TimeSpan Next()
    {
        var ceiling = first * Math.Pow(2, Math.Min(Interlocked.Increment(ref failures) - 1, 16));
        return (ceiling > longest ? longest : ceiling) * Random.Shared.NextDouble();
    }

    public void Reset() => Volatile.Write(ref failures, 0);
}
