using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>
/// Works through jobs, a step of each in turn, so that a long one does not hold up the others. A node holds a job by a lease on the
/// database's clock; when it dies, any other goes on where the last whole step ended.
/// </summary>
internal sealed class BulkWorker(
    Database database, BulkJobs jobs, Wakeups wakeups, NodeLease node, TimeProvider time, ILogger<BulkWorker> log) : BackgroundService
{
    public const string Topic = "bulk";

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);

    /// <summary>Far above what a step takes; how long a dead node's job waits.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Further ones wait for the next round.</summary>
    private const int MaxJobs = 100;

    /// <summary>In a row without success; one job's fault must not stop the others.</summary>
    private const int MaxAttempts = 5;

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
        foreach (var job in await OpenAsync(ct))
            goesOn |= await StepAsync(job, ct);
        return goesOn;
    }

    private async Task<List<OpenJob>> OpenAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await BulkJobStore.OpenAsync(db, node.NodeId, MaxJobs, ct);
    }

    /// <summary>The attempt is counted before the step, so that a job which kills the process still reaches its limit.</summary>
    private async Task<bool> StepAsync(OpenJob open, CancellationToken ct)
    {
        if (open.Attempts >= MaxAttempts)
        {
            await jobs.GiveUpAsync(open, ct);
            return false;
        }
        return await database.WriteAsync(
                db => BulkJobStore.HoldAsync(db, open, node.NodeId, (long)Lease.TotalMilliseconds, ct), ct)
            && await EventStore.WriteAsync(database, open.OrganizationId, async db =>
                await BulkJobStore.BeginAsync(db, open, node.NodeId, ct) is { } job
                && await BulkStep.RunAsync(db, job, time.NowMs(), ct), ct);
    }
}
