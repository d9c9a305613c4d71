using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Messaging.Arriving;

namespace Ezw.Messaging.Sending;

/// <summary>
/// Deletes idempotency keys past their time, and receipts whose message never came, a small batch a transaction, so that no lock lasts.
/// </summary>
internal sealed class KeySweeper(Database database, TimeProvider time, ILogger<KeySweeper> log) : BackgroundService
{
    private const int BatchSize = 1_000;
    /// <summary>WhatsApp gives up delivering to an offline device after a month.</summary>
    private const long EarlyReceiptsMs = 30L * 24 * 60 * 60 * 1000;

    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Key sweep", time, log).RunAsync(
        SweepAsync, ct => Task.Delay(Every, time, ct), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        while (await database.WriteAsync(db => OutboxStore.PurgeKeysAsync(db, time.NowMs(), BatchSize, ct), ct) == BatchSize)
            ct.ThrowIfCancellationRequested();
        var old = time.NowMs() - EarlyReceiptsMs;
        while (await database.WriteAsync(db => EarlyReceiptStore.PurgeAsync(db, old, BatchSize, ct), ct) == BatchSize)
            ct.ThrowIfCancellationRequested();
    }
}
