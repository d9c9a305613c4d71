using System.Diagnostics.Metrics;
using Ezw.Foundation.Telemetry;

namespace Ezw.Providers.LinkedDevice.Processes;

/// <summary>How the processes fare, each by its number.</summary>
internal sealed class SidecarMeter
{
    private readonly Counter<long> restarts;
    private Func<IReadOnlyList<SidecarProcess>> processes = () => [];

    public SidecarMeter(IMeterFactory meters)
    {
        var meter = meters.Create(EzwMeter.Name);
        restarts = meter.CreateCounter<long>("ezw.sidecar.restarts", "{process}", "Processes that ended without being asked to.");
        meter.CreateObservableGauge("ezw.sidecar.memory", () => Measure(process => process.MemoryBytes), "By", "Resident memory.");
        meter.CreateObservableGauge(
            "ezw.sidecar.lag", () => Measure(process => process.LagMs), "ms", "Worst event-loop lag between two looks.");
        meter.CreateObservableGauge("ezw.sidecar.lines", () => Measure(process => (long)process.Lines), "{line}", "Lines it carries.");
    }

    public void Watch(Func<IReadOnlyList<SidecarProcess>> present) => processes = present;

    public void Ended() => restarts.Add(1);

    private IEnumerable<Measurement<T>> Measure<T>(Func<SidecarProcess, T> value) where T : struct =>
        processes().Select(process => new Measurement<T>(value(process), new KeyValuePair<string, object?>("process", process.Number)));
}
