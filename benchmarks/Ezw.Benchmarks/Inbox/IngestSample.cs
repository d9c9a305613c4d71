namespace Ezw.Benchmarks.Inbox;

/// <summary>Messages a second of one contender in one round.</summary>
internal sealed record IngestSample(string Contender, double PerSecond, double P50Ms, double P99Ms);
