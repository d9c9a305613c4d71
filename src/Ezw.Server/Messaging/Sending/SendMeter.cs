using System.Diagnostics.Metrics;
using Ezw.Foundation.Telemetry;

namespace Ezw.Messaging.Sending;

/// <summary>How long a message takes from acceptance to WhatsApp's acknowledgement.</summary>
internal sealed class SendMeter(IMeterFactory meters)
{
    private readonly Histogram<double> latency = meters.Create(EzwMeter.Name).CreateHistogram<double>(
        "ezw.send.duration", "ms", "Time from acceptance to WhatsApp's acknowledgement.");

    public void Sent(long elapsedMs) => latency.Record(elapsedMs);
}
