using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>Deletes jobs that ended a week ago, a small batch of their items a transaction, so that no lock lasts.</summary>
internal sealed class BulkSweeper(Database database, TimeProvider time, ILogger<BulkSweeper> log) : BackgroundService
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(7);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private const int MaxJobs = 100;
    private const int BatchSize = 1_000;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Bulk sweep", time, log).RunAsync(
        SweepAsync, ct => Task.Delay(Every, time, ct), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        foreach (var (organizationId, jobId, _) in await EndedAsync(ct))
        {
            while (await database.WriteAsync(db => BulkItemStore.DeleteAsync(db, organizationId, jobId, BatchSize, ct), ct) == BatchSize)
                ct.ThrowIfCancellationRequested();
            await database.WriteAsync(db => BulkJobStore.DeleteAsync(db, organizationId, jobId, ct), ct);
        }
    }

    private async Task<List<OpenJob>> EndedAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await BulkJobStore.EndedBeforeAsync(db, time.NowMs() - (long)Kept.TotalMilliseconds, MaxJobs, ct);
    }
}
