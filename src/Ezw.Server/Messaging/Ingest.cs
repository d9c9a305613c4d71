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
                var arrival = new Arrival(line, Storable(seen), Ids.New(time), Ids.New(time), Ids.New(time), time.NowMs());
                return await commits.CommitAsync(arrivals, arrival, cancellationToken);
            case IdentityLinked linked:
                return await database.WriteAsync(db => IdentityStore.LinkAsync(db, line, linked, cancellationToken), cancellationToken);
            default:
                throw new InvalidOperationException($"Unknown event {happened}.");
        }
    }

    // No database keeps a NUL in text the way it came: one refuses it, the other cuts the text there.
    private static MessageSeen Storable(MessageSeen seen) => seen with
    {
        SenderName = seen.SenderName?.Replace('\0', '\uFFFD'),
    };

    public Task TakenOverAsync(DbSession db, Guid nodeId, CancellationToken cancellationToken) =>
        OutboxStore.ReclaimAsync(db, nodeId, time.NowMs(), cancellationToken);

    public void Connected(LineKey line) => wakeups.Deliver(SendWorker.Topic, line.LineId);
}
