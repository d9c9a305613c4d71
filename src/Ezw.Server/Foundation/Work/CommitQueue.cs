using System.Threading.Channels;
using Ezw.Foundation.Storage;

namespace Ezw.Foundation.Work;

/// <summary>
/// Group commit. Callers hand in items and wait; one batch is in flight while the next gathers, with no timer: under load batches
/// grow by themselves, and a lone caller pays for nobody. A batch is one transaction. If the database refuses it, it is
/// halved until the item at fault stands alone and fails alone; if the connection breaks, it is run again.
/// </summary>
public sealed class CommitQueue(Database database, TimeProvider time, ILogger<CommitQueue> log) : BackgroundService
{
    /// <summary>Bounds how long one batch holds the organizations' locks, and how much is halved when it holds a bad item.</summary>
    private const int MaxBatch = 512;

    /// <summary>Callers beyond this wait to enter: memory stays bounded while the database is slow.</summary>
    private const int MaxWaiting = 16_384;

    private static readonly TimeSpan[] Retries = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    private readonly Channel<PendingCommit> waiting = Channel.CreateBounded<PendingCommit>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Items that wait for their like to be stored. Past this nothing further is taken in before they are.</summary>
    private const int MaxPostponed = 1_024;

    private readonly List<PendingCommit> postponed = [];

    /// <summary>Completes with the item's outcome once its transaction is durable.</summary>
    /// <exception cref="StorageUnavailableException">The database cannot be written now; whether the item was stored is unknown.</exception>
    public async Task<TOutcome> CommitAsync<TItem, TOutcome>(
        CommitKind<TItem, TOutcome> kind, TItem item, CancellationToken cancellationToken)
    {
        var pending = new PendingCommit<TItem, TOutcome>(kind, item);
        await waiting.Writer.WriteAsync(pending, cancellationToken);
        return await pending.Task.WaitAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var writer = new BatchWriter(database, time);
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                while (Gather() is { Count: > 0 } batch)
                    await CommitBatchAsync(writer, batch);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            waiting.Writer.TryComplete();
            while (Gather() is { Count: > 0 } rest)
                await CommitBatchAsync(writer, rest);
        }
    }

    private List<PendingCommit> Gather()
    {
        var batch = new List<PendingCommit>();
        var exclusive = new HashSet<(ICommitKind, object)>();
        var again = new List<PendingCommit>();
        foreach (var pending in postponed)
            Take(pending);
        while (batch.Count < MaxBatch && again.Count < MaxPostponed && waiting.Reader.TryRead(out var pending))
            Take(pending);
        postponed.Clear();
        postponed.AddRange(again);
        return batch;

        void Take(PendingCommit pending)
        {
            var fits = batch.Count < MaxBatch
                && (pending.ExclusiveKey is not { } key || exclusive.Add((pending.Kind, key)));
            (fits ? batch : again).Add(pending);
        }
    }

    private async Task CommitBatchAsync(BatchWriter writer, List<PendingCommit> batch)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await writer.WriteAsync(batch);
                batch.ForEach(pending => pending.Complete());
                return;
            }
            catch (Exception failure) when (StorageFault.IsUnavailable(failure) && attempt < Retries.Length)
            {
                log.LogWarning(failure, "A batch of {Count} could not be stored; trying again", batch.Count);
                await writer.ResetAsync();
                await Task.Delay(Retries[attempt], time, CancellationToken.None);
            }
            catch (Exception failure) when (StorageFault.IsUnavailable(failure))
            {
                await writer.ResetAsync();
                batch.ForEach(pending => pending.Fail(new StorageUnavailableException(failure)));
                return;
            }
            catch (Exception failure)
            {
                await writer.ResetAsync();
                if (batch.Count == 1)
                {
                    batch[0].Fail(failure);
                    return;
                }
                await CommitBatchAsync(writer, batch[..(batch.Count / 2)]);
                await CommitBatchAsync(writer, batch[(batch.Count / 2)..]);
                return;
            }
        }
    }
}
