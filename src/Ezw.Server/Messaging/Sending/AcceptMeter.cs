using System.Diagnostics;
using System.Diagnostics.Metrics;
using Ezw.Foundation.Telemetry;

namespace Ezw.Messaging.Sending;

/// <summary>How long accepting a send takes, from parsed request to durable answer.</summary>
internal sealed class AcceptMeter(IMeterFactory meters)
{
    private readonly Histogram<double> latency = meters.Create(EzwMeter.Name).CreateHistogram<double>(
        "ezw.accept.duration", "ms", "Time to accept a send durably.");

    public Measurement Measure() => new(latency, Stopwatch.GetTimestamp());

    internal readonly struct Measurement(Histogram<double> latency, long startedAt) : IDisposable
    {
        public void Dispose() => latency.Record(Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds);
    }
}
