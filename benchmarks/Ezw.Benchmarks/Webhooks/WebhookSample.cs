namespace Ezw.Benchmarks.Webhooks;

/// <param name="AtOnce">Requests under way at most.</param>
/// <param name="ServerMicroseconds">Processor time a delivery, so for the next two; all of it is what the machine spent in all.</param>
internal sealed record RateSample(
    string Contender, int AtOnce, double PerSecond, double? ServerMicroseconds = null, double? ReceiverMicroseconds = null,
    double? AllMicroseconds = null);

/// <param name="PerSecond">Deliveries.</param>
/// <param name="Missing">Accepted sends that were not told within the patience of the benchmark.</param>
internal sealed record DelaySample(string Trial, int AtOnce, double PerSecond, double P50Ms, double P95Ms, double P99Ms, int Missing);
