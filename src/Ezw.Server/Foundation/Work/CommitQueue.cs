using System.Threading.Channels;
using Ezw.Foundation.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ezw.Foundation.Work;

/// <summary>
/// Group commit. Callers hand in items and wait; one batch is in flight while the next gathers, with no timer: under load batches
/// grow by themselves, and a lone caller pays for nobody. A batch is one transaction. If the database refuses it, it is
/// halved until the item at fault stands alone and fails alone; if the connection breaks, it is run again.
/// </summary>
public sealed class CommitQueue(Database database, TimeProvider time, ILogger<CommitQueue> log) : BackgroundService
{
    /// <summary>Past this the statement's arrays grow faster than the gain; 512 keeps a batch under ~50 ms here.</summary>
    private const int MaxBatch = 512;

    /// <summary>Callers beyond this wait to enter: memory stays bounded while the database is slow.</summary>
    private const int MaxWaiting = 16_384;

    private static readonly TimeSpan[] Retries = [TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    private readonly Channel<PendingCommit> waiting = Channel.CreateBounded<PendingCommit>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

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
        while (batch.Count < MaxBatch && waiting.Reader.TryRead(out var pending))
            Take(pending);
        postponed.Clear();
        postponed.AddRange(again);
        return batch;

        void Take(PendingCommit pending)
        {
            var fits = batch.Count < MaxBatch
                && (pending.Kind.ExclusiveKey(pending) is not { } key || exclusive.Add((pending.Kind, key)));
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
            catch (Exception failure) when (IsUnavailable(failure) && attempt < Retries.Length)
            {
                log.LogWarning(failure, "A batch of {Count} could not be stored; trying again", batch.Count);
                await writer.ResetAsync();
                await Task.Delay(Retries[attempt], time, CancellationToken.None);
            }
            catch (Exception failure) when (IsUnavailable(failure))
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

    /// <summary>The database cannot be reached, or has no room: nobody who asked is at fault.</summary>
    internal static bool IsUnavailable(Exception failure) => failure switch
    {
        // 53: out of disk, memory or connections; 57P: shutting down. The item is not at fault.
        PostgresException { SqlState: var state } =>
            state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("57P", StringComparison.Ordinal) || state is "40001" or "40P01",
        NpgsqlException => true,
        // 5 busy, 6 locked, 10 I/O error, 13 full.
        SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 } => true,
        IOException or TimeoutException => true,
        _ => false,
    };
}

/// <summary>The database cannot be written now. Answered as 503; the caller may repeat the request with the same idempotency key.</summary>
public sealed class StorageUnavailableException(Exception cause) : Exception("The database cannot be written now.", cause);
