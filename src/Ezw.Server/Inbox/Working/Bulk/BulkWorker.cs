using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>
/// Works through jobs, a step of each in turn, so that a long one does not hold up the others. A node holds a job by a lease on the
/// database's clock; when it dies, any other goes on where the last whole step ended.
/// </summary>
internal sealed class BulkWorker(Database database, Wakeups wakeups, NodeLease node, TimeProvider time, ILogger<BulkWorker> log)
    : BackgroundService
{
    public const string Topic = "bulk";

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);

    /// <summary>Far above what a step takes; how long a dead node's job waits.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Further ones wait for the next round.</summary>
    private const int MaxJobs = 100;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Bulk work", time, log).RunAsync(
        PassAsync, ct => WorkLoop.IntervalOrAsync(wakeups.Listen(Topic), PollEvery, time, ct), stoppingToken);

    private async Task PassAsync(CancellationToken ct)
    {
        while (wakeups.Listen(Topic).TryRead(out _))
            ct.ThrowIfCancellationRequested();
        while (await RoundAsync(ct))
            ct.ThrowIfCancellationRequested();
    }

    /// <summary>True while any job goes on.</summary>
    private async Task<bool> RoundAsync(CancellationToken ct)
    {
        var goesOn = false;
        foreach (var (organizationId, jobId) in await OpenAsync(ct))
            goesOn |= await StepAsync(organizationId, jobId, ct);
        return goesOn;
    }

    private async Task<List<(Guid OrganizationId, Guid Id)>> OpenAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await BulkJobStore.OpenAsync(db, node.NodeId, MaxJobs, ct);
    }

    private Task<bool> StepAsync(Guid organizationId, Guid jobId, CancellationToken ct) =>
        EventStore.WriteAsync(database, organizationId, async db =>
            await BulkJobStore.HoldAsync(db, organizationId, jobId, node.NodeId, (long)Lease.TotalMilliseconds, ct) is { } job
            && await BulkStep.RunAsync(db, job, time.NowMs(), ct), ct);
}
