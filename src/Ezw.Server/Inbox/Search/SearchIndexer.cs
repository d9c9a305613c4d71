using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Inbox.Search;

/// <summary>
/// Keeps the words of messages and contacts findable. It follows the event log of every organization; how far it has come is stored
/// together with what it wrote, so that a crash repeats nothing and misses nothing. Nodes share the organizations: what one holds, the
/// others pass over. Nothing waits for it: a message is findable a moment after it is stored.
/// </summary>
internal sealed class SearchIndexer(
    Database database, IWordIndex words, Wakeups wakeups, TimeProvider time, ILogger<SearchIndexer> log) : BackgroundService
{
    /// <summary>Few enough not to keep SQLite's one writer from a request for long.</summary>
    private const int MaxEvents = 500;

    private const int MaxOrganizations = 100;

    /// <summary>How long a message waits to be found when its hint is lost.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(3);

    private long lookedAt = long.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var news = wakeups.Follow(News.Topic);
        await new WorkLoop("Search indexing", time, log).RunAsync(
            ct => CatchUpAsync(news, ct), ct => news.WaitAsync(PollInterval, time, ct), stoppingToken);
    }

    private async Task CatchUpAsync(WakeupFollower news, CancellationToken ct)
    {
        var behind = new HashSet<Guid>();
        while (news.TryTake(out var organizationId))
            behind.Add(organizationId);
        // Not at every hint: this look reads a row of every organization.
        if (lookedAt == long.MinValue || time.GetElapsedTime(lookedAt) >= PollInterval)
        {
            lookedAt = time.GetTimestamp();
            behind.UnionWith(await BehindAsync(ct));
        }
        foreach (var organizationId in behind)
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
