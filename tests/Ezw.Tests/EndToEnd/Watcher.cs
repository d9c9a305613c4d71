using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Ezw.Tests.Durability;

namespace Ezw.Tests.EndToEnd;

/// <summary>
/// A client that knows only the API: it reads the lists once, follows the hints, and looks again at what they name. Its connection is cut
/// every few hints, and the server under it dies; each time it goes on from the last hint that it heard whole.
/// </summary>
internal sealed class Watcher : IAsyncDisposable
{
    private const int HintsAtMost = 12;
    private const int LooksAtOnce = 4;
    private const int LargestPage = 25;

    private static readonly TimeSpan SilenceAtMost = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly HttpClient http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly ConcurrentQueue<string> faults = new();
    private readonly Lock gate = new();
    private readonly Random dice;
    private readonly string idToken;
    private readonly Onlooker seen;
    private HashSet<(Look Look, Guid Id)> wanted = [(Look.Around, Guid.Empty)];
    private Task[] running = [];
    private string? cursor;
    private long position;
    private int looking;
    private bool stopped;

    public Watcher(string idToken, int seed)
    {
        (this.idToken, dice) = (idToken, new Random(seed));
        seen = new Onlooker(http, () => Server, idToken);
    }

    private enum Look { Around, Conversation, Thread, Message }

    /// <summary>Where the server is, or was when it was last up.</summary>
    public Uri? Server { get; set; }

    /// <summary>How often its connection was cut by force.</summary>
    public int Cuts { get; private set; }

    public long Hints { get; private set; }

    /// <summary>What must not happen: a position that was skipped, repeated or forgotten.</summary>
    public IReadOnlyCollection<string> Faults => faults;

    public void Start() => running = [Task.Run(FollowAsync), Task.Run(LookAsync)];

    /// <summary>Completes when every position was heard and everything that it named was looked at.</summary>
    public Task CaughtUpAsync(long end) => Until.TrueAsync($"the watching client knows everything up to {end}", Patience, () =>
    {
        lock (gate)
        {
            return Task.FromResult(position >= end && wanted.Count == 0 && looking == 0);
        }
    });

    public Picture Paint() => seen.Paint();

    public async ValueTask DisposeAsync()
    {
        stopped = true;
        await Task.WhenAll(running);
        http.Dispose();
    }

    private async Task FollowAsync()
    {
        while (!stopped)
        {
            try
            {
                await (cursor is not null && dice.Next(6) == 0 ? AskAsync() : ListenAsync());
            }
            catch (Exception broken) when (broken
                is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException)
            {
                Note(broken);
                await Until.PassedAsync(BetweenTries);
            }
        }
    }

    /// <summary>Listens until the connection is cut.</summary>
    private async Task ListenAsync()
    {
        await using var stream = await HintStream.OpenAsync(Server!, idToken, cursor);
        for (var left = dice.Next(HintsAtMost + 1); left > 0; left--)
        {
            var next = stream.NextAsync();
            if (await Task.WhenAny(next, Until.PassedAsync(SilenceAtMost * dice.NextDouble())) != next)
                break;
            if (await next is not { } hint)
                return;
            Hear(hint);
        }

        Cuts++;
    }

    private void Hear(Hint hint)
    {
        switch (hint.Name)
        {
            case "change":
                Take(hint.Data);
                break;
            case "ready" when cursor is null:
                position = hint.Data["position"]!.GetValue<long>();
                break;
            case "ready" when hint.Data["position"]!.GetValue<long>() != position:
            case "reset":
                faults.Enqueue($"{hint.Name} at {hint.Data["position"]} after {position}");
                break;
        }

        cursor = hint.Id ?? cursor;
    }

    private async Task AskAsync()
    {
        var page = (await seen.GetAsync($"/api/changes?after={cursor}&limit={dice.Next(1, LargestPage)}"))!;
        foreach (var change in page["items"]!.AsArray())
            Take(change!);
        cursor = (string)page["nextCursor"]!;
    }

    private void Take(JsonNode change)
    {
        lock (gate)
        {
            var next = change["position"]!.GetValue<long>();
            if (next != position + 1)
                faults.Enqueue($"{next} {change["kind"]} came after {position}");
            position = next;
            Hints++;
            var kind = (string)change["kind"]!;
            if ((Guid?)change["conversationId"] is { } conversation)
                wanted.Add((kind.StartsWith("contact.merged", StringComparison.Ordinal) ? Look.Thread : Look.Conversation, conversation));
            if (kind.StartsWith("message.", StringComparison.Ordinal) && (Guid?)change["subjectId"] is { } message)
                wanted.Add((Look.Message, message));
        }
    }

    private async Task LookAsync()
    {
        while (!stopped)
        {
            var batch = TakeWanted();
            await Parallel.ForEachAsync(
                batch, new ParallelOptions { MaxDegreeOfParallelism = LooksAtOnce }, async (one, _) => await LookAsync(one));
            looking = 0;
            if (batch.Count == 0)
                await Until.PassedAsync(BetweenTries);
        }
    }

    private HashSet<(Look Look, Guid Id)> TakeWanted()
    {
        lock (gate)
        {
            // The first look around waits for a place in the log from which to follow.
            if (cursor is null)
                return [];
            var batch = wanted;
            (wanted, looking) = ([], batch.Count);
            return batch;
        }
    }

    private async Task LookAsync((Look Look, Guid Id) one)
    {
        try
        {
            await (one.Look switch
            {
                Look.Around => seen.LookAroundAsync(),
                Look.Conversation => seen.LookAtConversationAsync(one.Id),
                Look.Thread => seen.LookThroughAsync(one.Id),
                _ => seen.LookAtMessageAsync(one.Id),
            });
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            // What was wanted still is.
            Note(broken);
            lock (gate)
            {
                wanted.Add(one);
            }

            await Until.PassedAsync(BetweenTries);
        }
    }

    // A server that is away or starting may refuse; nothing that this client asks may be wrong.
    private void Note(Exception broken)
    {
        if (broken is HttpRequestException { StatusCode: { } status }
            && status is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests))
            faults.Enqueue(broken.Message);
    }
}
