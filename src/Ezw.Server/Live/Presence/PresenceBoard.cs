using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Live.Streams;

namespace Ezw.Live.Presence;

/// <summary>
/// Who is looking at which conversation now. It stands in memory only, on every node alike: each report is whispered to the others, each
/// node lets it expire by itself, and a lost whisper is healed by the next renewal. Nothing may be decided from it.
/// </summary>
internal sealed class PresenceBoard(LiveHub hub, Wakeups wakeups, TimeProvider time, ILogger<PresenceBoard> log) : BackgroundService
{
    private const string Topic = "presence";

    /// <summary>Conversations that people look at on all nodes together; beyond it new ones are not shown.</summary>
    private const int MaxEntries = 100_000;

    /// <summary>Renewals reach the other nodes no more often than this.</summary>
    private const long WhisperEveryMs = 5_000;

    private const long LifetimeMs = 30_000;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<(Guid OrganizationId, Guid ConversationId, Guid UserId), Entry> entries = [];

    /// <summary>Somebody says what they do, on this node.</summary>
    public void Report(Sighting seen)
    {
        var now = time.NowMs();
        if (Apply(seen, now))
            wakeups.Whisper(Topic, seen.Write());
    }

    /// <summary>Who is there, the longest first.</summary>
    public List<(Guid UserId, string State, long Since)> Of(Guid organizationId, Guid conversationId)
    {
        var now = time.NowMs();
        lock (entries)
        {
            return [.. from entry in entries
                       where entry.Key.ConversationId == conversationId && entry.Key.OrganizationId == organizationId
                           && entry.Value.RenewedAt + LifetimeMs > now
                       orderby entry.Value.Since
                       select (entry.Key.UserId, entry.Value.State, entry.Value.Since)];
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        wakeups.Overheard += Overhear;
        await new WorkLoop("Presence", time, log).RunAsync(_ => Sweep(), ct => Task.Delay(SweepEvery, time, ct), stoppingToken);
        wakeups.Overheard -= Overhear;
    }

    private void Overhear(string topic, string text)
    {
        if (topic == Topic && Sighting.Read(text) is { } seen)
            Apply(seen, time.NowMs());
    }

    /// <returns>Whether the other nodes should hear of it.</returns>
    private bool Apply(Sighting seen, long now)
    {
        bool changed, tell;
        lock (entries)
        {
            var known = entries.GetValueOrDefault(seen.Key);
            changed = seen.State != (known?.State ?? Sighting.Gone);
            tell = changed || (known is not null && now - known.ToldAt >= WhisperEveryMs);
            if (seen.State == Sighting.Gone)
                entries.Remove(seen.Key);
            else if (known is not null || entries.Count < MaxEntries)
                entries[seen.Key] = new Entry(
                    seen.LineId, seen.State, changed ? now : known!.Since, now, tell ? now : known!.ToldAt);
        }
        if (changed)
            hub.Whisper(seen.OrganizationId, seen.LineId, seen.Frame());
        return tell;
    }

    private Task Sweep()
    {
        var now = time.NowMs();
        List<Sighting> expired;
        lock (entries)
        {
            expired = [.. from entry in entries
                          where entry.Value.RenewedAt + LifetimeMs <= now
                          let key = entry.Key
                          select new Sighting(key.OrganizationId, key.ConversationId, entry.Value.LineId, key.UserId, Sighting.Gone)];
        }
        // Each node lets go by itself; there is nothing to tell the others.
        foreach (var gone in expired)
            Apply(gone, now);
        return Task.CompletedTask;
    }

    /// <param name="Since">When the state began. Times are epoch-milliseconds of this node.</param>
    private sealed record Entry(Guid LineId, string State, long Since, long RenewedAt, long ToldAt);
}
