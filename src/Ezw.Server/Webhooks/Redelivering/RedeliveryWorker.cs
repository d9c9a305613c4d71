using System.Security.Cryptography;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;

namespace Ezw.Webhooks.Redelivering;

/// <summary>
/// Works through wishes to deliver again all that was given up: some hundred at a time are queued again, in lanes of their own beside what
/// is new, and further ones only when these are through, so that canceling is worth something. A step is one commit: whoever owns the line
/// after a crash goes on where the last one ended.
/// </summary>
internal sealed class RedeliveryWorker(
    Database database, NodeLease lease, Wakeups wakeups, TimeProvider time, ILogger<RedeliveryWorker> log) : BackgroundService
{
    private const int StepSize = 500;

    /// <summary>Queued again and not at an end.</summary>
    private const int MaxWaiting = 2_000;

    private const int MaxJobs = 200;

    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hints = wakeups.Follow(WebhookWakeups.Redeliver);
        await new WorkLoop("Redelivering", time, log).RunAsync(
            PassAsync, async ct =>
            {
                await hints.WaitAsync(PollEvery, time, ct);
                while (hints.TryTake(out _))
                    ct.ThrowIfCancellationRequested();
            }, stoppingToken);
    }

    private async Task PassAsync(CancellationToken ct)
    {
        var goesOn = true;
        while (goesOn && lease.Trusted)
        {
            goesOn = false;
            foreach (var job in await OpenAsync(ct))
                goesOn |= await StepAsync(job, ct);
        }
    }

    private async Task<List<OpenRedelivery>> OpenAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await RedeliveryStepStore.OpenAsync(db, lease.NodeId, MaxWaiting, MaxJobs, ct);
    }

    /// <summary>True when there is more to queue at once.</summary>
    private async Task<bool> StepAsync(OpenRedelivery job, CancellationToken ct)
    {
        var queued = await EventStore.WriteAsync(database, job.OrganizationId, async db =>
        {
            if (!await RedeliveryStepStore.IsOpenAsync(db, job, ct))
                return 0;
            var parked = await RedeliveryStepStore.ParkedAsync(db, job, StepSize, ct);
            if (parked.Count > 0)
                await RedeliveryStepStore.QueueAsync(db, job, parked.ConvertAll(one => one with { LaneId = LaneOf(job, one.LaneId) }), ct);
            if (parked.Count < StepSize)
                await RedeliveryStepStore.EndAsync(db, job, time.NowMs(), ct);
            return parked.Count;
        }, ct);
        if (queued > 0)
            wakeups.Wake(WebhookWakeups.Deliver, job.WebhookId);
        return queued == StepSize;
    }

    /// <summary>One for each conversation and wish: their order is kept, and nothing new waits for them.</summary>
    private static Guid LaneOf(OpenRedelivery job, Guid laneId)
    {
        Span<byte> both = stackalloc byte[32];
        job.Id.TryWriteBytes(both);
        laneId.TryWriteBytes(both[16..]);
        return new Guid(SHA256.HashData(both).AsSpan(0, 16));
    }
}
