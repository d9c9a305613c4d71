using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Providers;

namespace Ezw.Messaging;

/// <summary>Takes what flows through the links and stores it before the provider may acknowledge it.</summary>
internal sealed class Ingest(
    CommitQueue commits, ReceiptStore receipts, Arrivals arrivals, Database database, Wakeups wakeups, TimeProvider time)
    : ILineTraffic
{
    public async Task<bool> TakeAsync(LineKey line, LineEvent happened, CancellationToken cancellationToken)
    {
        switch (happened)
        {
            case ReceiptSeen seen:
                var stored = await Task.WhenAll(seen.ProviderMessageIds.Distinct().Select(id => commits.CommitAsync(
                    receipts, new Receipt(line, id, seen.Kind, seen.At.ToUnixTimeMilliseconds()), cancellationToken)));
                return Array.TrueForAll(stored, current => current);
            case MessageSeen seen:
                return await commits.CommitAsync(
                    arrivals, new Arrival(line, seen, Ids.New(time), Ids.New(time), Ids.New(time), time.NowMs()), cancellationToken);
            case IdentityLinked linked:
                return await database.WriteAsync(db => IdentityStore.LinkAsync(db, line, linked, cancellationToken), cancellationToken);
            default:
                throw new InvalidOperationException($"Unknown event {happened}.");
        }
    }

    public Task TakenOverAsync(Guid nodeId, CancellationToken cancellationToken) => database.WriteAsync(
        db => OutboxStore.ReclaimAsync(db, nodeId, time.NowMs(), cancellationToken), cancellationToken);

    public void Connected(LineKey line) => wakeups.Deliver(SendWorker.Topic, line.LineId);
}
