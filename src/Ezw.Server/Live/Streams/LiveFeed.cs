using System.Collections.Concurrent;
using System.Threading.Channels;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Live.Streams;

/// <summary>
/// The one reader of an organization's log on this node, for as long as somebody listens. Woken by news, it reads the log once, encodes
/// once, and lets every stream write from the shared ring. What people may see is read here and nowhere else, and before the events that
/// changed it are shown: the log itself says when a permission or a membership changes, so no stream shows a frame by yesterday's rights.
/// </summary>
internal sealed class LiveFeed(Guid organizationId, Database database, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private const int PageSize = 500;

    private readonly ConcurrentDictionary<LiveStream, bool> streams = new();
    private readonly ConcurrentQueue<LiveStream> joining = new();
    private readonly CancellationTokenSource ending = new();
    private readonly Channel<bool> news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private FrameRing? ring;
    private volatile bool sightsAreStale;
    private Task run = Task.CompletedTask;

    /// <summary>Those that listen, and those that are about to.</summary>
    public IEnumerable<LiveStream> Streams => joining.Concat(streams.Select(pair => pair.Key));

    public void Start() => run = Task.Run(() => new WorkLoop("Live feed", time, log).RunAsync(
        PassAsync, async ct => await news.Reader.ReadAsync(ct), ending.Token));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await run;
        ending.Dispose();
    }

    public void Join(LiveStream stream)
    {
        joining.Enqueue(stream);
        Wake();
    }

    public void Leave(LiveStream stream) => streams.TryRemove(stream, out _);

    /// <summary>Shows something that is in no log.</summary>
    public void Whisper(byte[] bytes, Guid lineId)
    {
        foreach (var (stream, _) in streams)
            stream.Whisper(bytes, lineId);
    }

    /// <summary>There may be more to read.</summary>
    public void Wake() => news.Writer.TryWrite(true);

    /// <summary>The log stands there; whoever is behind wakes.</summary>
    public void WakeUnlessAt(long position)
    {
        if (ring is null || ring.Last < position)
            Wake();
    }

    /// <summary>Somebody's role is not the one that their sight was made for.</summary>
    public void ReadSightsAnew()
    {
        sightsAreStale = true;
        Wake();
    }

    private async Task PassAsync(CancellationToken ct)
    {
        var joiners = joining.ToArray();
        var page = await ReadAsync(joiners, ct);
        foreach (var logged in page)
            ring!.Append(Frame.Of(organizationId, logged));
        foreach (var joiner in joiners)
        {
            // Never in neither, so that a server that stops ends them all.
            streams.TryAdd(joiner, true);
            joining.TryDequeue(out _);
            joiner.Begin(ring!);
        }
        foreach (var (stream, _) in streams)
            stream.Push();
        if (page.Count == PageSize)
            Wake();
    }

    // Sights are read after the page: a permission that the page takes away is then gone for all of the page.
    private async Task<List<LoggedEvent>> ReadAsync(LiveStream[] joiners, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        ring ??= new FrameRing((await EventStore.EndsAsync(db, [organizationId], ct))[0].Position);
        var page = await EventStore.ReadAsync(db, organizationId, ring.Last, PageSize, ct);
        var all = sightsAreStale || page.Exists(Audiences.ChangesAccess);
        sightsAreStale = false;
        await LookAsync(db, all ? [.. joiners, .. streams.Keys] : joiners, ct);
        return page;
    }

    private async Task LookAsync(DbSession db, LiveStream[] those, CancellationToken ct)
    {
        if (those.Length == 0)
            return;
        var people = those.Select(stream => (organizationId, stream.UserId)).Distinct().ToList();
        var standings = (await SightStore.StandingsAsync(db, people, ct)).ToDictionary(one => one.UserId);
        var sights = await SightStore.SightsAsync(db, organizationId, [.. standings.Values], ct);
        foreach (var stream in those)
        {
            if (!standings.TryGetValue(stream.UserId, out var standing))
                stream.End("end", "membership_ended");
            else if (standing.Ends(stream.Session) is { } reason)
                stream.End("end", reason);
            else
                stream.Show(sights[stream.UserId]);
        }
    }
}
