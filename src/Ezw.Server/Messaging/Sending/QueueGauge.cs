using System.Diagnostics.Metrics;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Telemetry;
using Ezw.Foundation.Work;
using Ezw.Lines;

namespace Ezw.Messaging.Sending;

/// <summary>Depth and age of the send queue and this node's lines by state. Looked up a few times a minute, never per request.</summary>
internal sealed class QueueGauge : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private readonly Database database;
    private readonly TimeProvider time;
    private readonly ILogger<QueueGauge> log;
    private long depth;
    private long ageMs;

    public QueueGauge(IMeterFactory meters, LineSupervisor lines, Database database, TimeProvider time, ILogger<QueueGauge> log)
    {
        (this.database, this.time, this.log) = (database, time, log);
        var meter = meters.Create(EzwMeter.Name);
        meter.CreateObservableGauge("ezw.queue.depth", () => Interlocked.Read(ref depth), "messages", "Messages waiting to be sent.");
        meter.CreateObservableGauge("ezw.queue.age", () => Interlocked.Read(ref ageMs), "ms", "Age of the oldest waiting message.");
        meter.CreateObservableGauge("ezw.lines", () => lines.Sessions.GroupBy(s => s.Lifecycle).Select(
            states => new Measurement<long>(states.Count(), new KeyValuePair<string, object?>("state", states.Key.Name()))),
            "lines", "Lines of this node by lifecycle state.");
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Queue gauge", time, log).RunAsync(
        LookAsync, ct => Task.Delay(Every, time, ct), stoppingToken);

    private async Task LookAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        var (waiting, oldest) = await OutboxStore.BacklogAsync(db, ct);
        Interlocked.Exchange(ref depth, waiting);
        Interlocked.Exchange(ref ageMs, oldest is { } at ? Math.Max(0, time.NowMs() - at) : 0);
    }
}
