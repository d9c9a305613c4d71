using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Inbox.Search;

/// <summary>
/// Keeps the words of messages and contacts findable. It follows the event log of every organization; how far it has come is stored
/// together with what it wrote, so that a crash repeats nothing and misses nothing. Nodes share the organizations: what one holds, the
/// others pass over. Nothing waits for it: a message is findable a moment after it is stored.
/// </summary>
internal sealed class SearchIndexer(Database database, IWordIndex words, TimeProvider time, ILogger<SearchIndexer> log) : BackgroundService
{
    /// <summary>Few enough not to keep SQLite's one writer from a request for long.</summary>
    private const int MaxEvents = 500;

    private const int MaxOrganizations = 100;

    /// <summary>How long a message waits to be found when nothing wakes the indexer.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        new WorkLoop("Search indexing", time, log).RunAsync(CatchUpAsync, UntilNewsAsync, stoppingToken);

    /// <summary>The seam for news of organizations: whatever tells of them may end this wait early.</summary>
    private Task UntilNewsAsync(CancellationToken ct) => Task.Delay(PollInterval, time, ct);

    private async Task CatchUpAsync(CancellationToken ct)
    {
        foreach (var organizationId in await BehindAsync(ct))
        {
            while (await IndexAsync(organizationId, ct) == MaxEvents)
                ct.ThrowIfCancellationRequested();
        }
    }

    private async Task<List<Guid>> BehindAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await SearchProgressStore.BehindAsync(db, MaxOrganizations, ct);
    }

    /// <summary>One batch; answers how many events it had.</summary>
    private Task<int> IndexAsync(Guid organizationId, CancellationToken ct) => database.WriteAsync(async db =>
    {
        if (await SearchProgressStore.ClaimAsync(db, organizationId, ct) is not { } position)
            return 0;
        var events = await SearchProgressStore.EventsAsync(db, organizationId, position, MaxEvents, ct);
        if (events.Count == 0)
            return 0;
        var batch = new IndexBatch(organizationId, events);
        var messages = await DocumentStore.MessagesAsync(db, batch, ct);
        if (messages.Count > 0)
            await words.PutMessagesAsync(db, messages, ct);
        var contacts = await DocumentStore.ContactsAsync(db, batch, ct);
        if (contacts.Count > 0)
            await words.PutContactsAsync(db, contacts, ct);
        foreach (var move in DocumentStore.Moves(batch))
            await db.ExecuteAsync(move, ct);
        await SearchProgressStore.AdvanceAsync(db, organizationId, events[^1].Position, ct);
        return events.Count;
    }, ct);
}
