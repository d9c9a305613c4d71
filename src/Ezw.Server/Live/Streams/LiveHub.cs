using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Microsoft.Extensions.Options;

namespace Ezw.Live.Streams;

/// <summary>
/// All live streams of this node. It wakes the feed of an organization that has news; looks by itself every few seconds, in one statement
/// for all organizations, because hints may be lost; asks as rarely whether the listeners may still listen, for what no log tells
/// (a disabled account, a session that was ended); and turns the one wheel of heartbeats.
/// </summary>
internal sealed class LiveHub : BackgroundService
{
    private const int TicksPerHeartbeat = 15;

    private readonly Dictionary<Guid, Seats> organizations = [];
    private readonly Dictionary<Guid, int> streamsOfUsers = [];
    private readonly Database database;
    private readonly Wakeups wakeups;
    private readonly TimeProvider time;
    private readonly LiveOptions options;
    private readonly ILogger<LiveHub> log;
    private readonly CancellationTokenRegistration stopping;
    private int taken;
    private bool stopped;

    public LiveHub(
        Database database, Wakeups wakeups, IHostApplicationLifetime lifetime, IOptions<LiveOptions> options, TimeProvider time,
        ILogger<LiveHub> log)
    {
        (this.database, this.wakeups, this.time, this.options, this.log) = (database, wakeups, time, options.Value, log);
        stopping = lifetime.ApplicationStopping.Register(SayGoodbye);
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }

    /// <summary>Takes a seat for one stream, or says why there is none. Whoever takes one gives it back.</summary>
    public Seating TakeSeat(Guid userId)
    {
        lock (organizations)
        {
            if (stopped || taken >= options.StreamsPerNode)
                return Seating.NodeFull;
            var own = streamsOfUsers.GetValueOrDefault(userId);
            if (own >= options.StreamsPerUser)
                return Seating.UserFull;
            streamsOfUsers[userId] = own + 1;
            taken++;
            return Seating.Taken;
        }
    }

    public void GiveSeatBack(Guid userId)
    {
        lock (organizations)
        {
            taken--;
            if (--streamsOfUsers[userId] == 0)
                streamsOfUsers.Remove(userId);
        }
    }

    public LiveFeed Join(LiveStream stream)
    {
        lock (organizations)
        {
            if (!organizations.TryGetValue(stream.OrganizationId, out var seats))
            {
                seats = new Seats(new LiveFeed(stream.OrganizationId, database, time, log));
                organizations.Add(stream.OrganizationId, seats);
                seats.Feed.Start();
            }
            seats.Count++;
            // Stopping came between the seat and the stream.
            if (stopped)
                stream.SayGoodbye();
            seats.Feed.Join(stream);
            return seats.Feed;
        }
    }

    public void Leave(LiveStream stream)
    {
        lock (organizations)
        {
            var seats = organizations[stream.OrganizationId];
            seats.Feed.Leave(stream);
            seats.Count--;
        }
    }

    /// <summary>Shows something that is in no log to everybody who listens and may see the line.</summary>
    public void Whisper(Guid organizationId, Guid lineId, byte[] bytes) => FeedOf(organizationId)?.Whisper(bytes, lineId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var news = wakeups.Follow(News.Topic);
        var tick = TimeSpan.FromMilliseconds(Math.Max(1, options.HeartbeatMs / TicksPerHeartbeat));
        await Task.WhenAll(
            new WorkLoop("Live news", time, log).RunAsync(_ => Wake(news), news.WaitAsync, stoppingToken),
            new WorkLoop("Live watch", time, log).RunAsync(
                WatchAsync, ct => Task.Delay(TimeSpan.FromMilliseconds(options.WatchMs), time, ct), stoppingToken),
            new WorkLoop("Live wheel", time, log).RunAsync(_ => Tick(), ct => Task.Delay(tick, time, ct), stoppingToken));
        await Task.WhenAll(Feeds().Select(feed => feed.DisposeAsync().AsTask()));
    }

    private Task Wake(WakeupFollower news)
    {
        while (news.TryTake(out var organizationId))
            FeedOf(organizationId)?.Wake();
        return Task.CompletedTask;
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        foreach (var feed in TakeDeserted())
            await feed.DisposeAsync();
        var streams = Streams().ToLookup(stream => (stream.OrganizationId, stream.UserId));
        if (streams.Count == 0)
            return;
        await using var db = await database.ReadAsync(ct);
        foreach (var (organizationId, position) in await EventStore.EndsAsync(
            db, [.. streams.Select(person => person.Key.OrganizationId).Distinct()], ct))
            FeedOf(organizationId)?.WakeUnlessAt(position);
        foreach (var standing in await SightStore.StandingsAsync(db, [.. streams.Select(person => person.Key)], ct))
        {
            foreach (var stream in streams[(standing.OrganizationId, standing.UserId)])
                Judge(stream, standing);
        }
    }

    private void Judge(LiveStream stream, Standing standing)
    {
        if (standing.Ends(stream.Session) is { } reason)
            stream.End("end", reason);
        else if (stream.Sight is { } sight && sight.Manages != standing.Manages)
            FeedOf(stream.OrganizationId)?.ReadSightsAnew();
    }

    private Task Tick()
    {
        var now = time.NowMs();
        foreach (var stream in Streams())
            stream.Tick(now);
        return Task.CompletedTask;
    }

    private void SayGoodbye()
    {
        lock (organizations)
        {
            stopped = true;
        }
        foreach (var stream in Streams())
            stream.SayGoodbye();
    }

    private LiveFeed? FeedOf(Guid organizationId)
    {
        lock (organizations)
        {
            return organizations.GetValueOrDefault(organizationId)?.Feed;
        }
    }

    /// <summary>Feeds whose last listener left before the last look: whoever reconnects finds the ring as it was.</summary>
    private List<LiveFeed> TakeDeserted()
    {
        var deserted = new List<LiveFeed>();
        lock (organizations)
        {
            foreach (var (organizationId, seats) in organizations)
            {
                if (seats.Count == 0 && seats.WasEmpty && organizations.Remove(organizationId))
                    deserted.Add(seats.Feed);
                seats.WasEmpty = seats.Count == 0;
            }
        }
        return deserted;
    }

    private List<LiveFeed> Feeds()
    {
        lock (organizations)
        {
            return [.. organizations.Values.Select(seats => seats.Feed)];
        }
    }

    private IEnumerable<LiveStream> Streams() => Feeds().SelectMany(feed => feed.Streams);

    private sealed class Seats(LiveFeed feed)
    {
        public LiveFeed Feed => feed;

        public int Count { get; set; }

        public bool WasEmpty { get; set; }
    }
}

internal enum Seating { Taken, UserFull, NodeFull }
