using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace Ezw.Foundation.Work;

/// <summary>
/// Hints that something may be due. They only hasten: whoever listens also looks by itself every few seconds, so a lost one costs
/// one interval and never an item. Channels drop what does not fit for the same reason.
/// </summary>
public sealed class Wakeups
{
    private const int MaxWaiting = 4_096;
    private readonly ConcurrentDictionary<string, Channel<Guid>> topics = new();
    private ImmutableDictionary<string, ImmutableArray<WakeupFollower>> followers =
        ImmutableDictionary<string, ImmutableArray<WakeupFollower>>.Empty;

    /// <summary>Raised for every hint that this node gives, so that a relay can carry it to the others.</summary>
    public event Action<string, Guid>? Given;

    /// <summary>Raised for every whisper of this node, so that a relay can carry it to the others.</summary>
    public event Action<string, string>? Whispered;

    /// <summary>Raised for every whisper of another node.</summary>
    public event Action<string, string>? Overheard;

    public void Wake(string topic, Guid subject)
    {
        Deliver(topic, subject);
        Given?.Invoke(topic, subject);
    }

    /// <summary>A hint that came from another node; it is not relayed again.</summary>
    public void Deliver(string topic, Guid subject)
    {
        Topic(topic).Writer.TryWrite(subject);
        if (followers.TryGetValue(topic, out var all))
        {
            foreach (var follower in all)
                follower.Hint(subject);
        }
    }

    /// <summary>The topic's one reader: a hint is taken by whoever reads it first.</summary>
    public ChannelReader<Guid> Listen(string topic) => Topic(topic).Reader;

    /// <summary>A reader of one's own: every follower gets every hint. Dispose it to stop.</summary>
    public WakeupFollower Follow(string topic)
    {
        var follower = new WakeupFollower(leaving => Change(topic, all => all.Remove(leaving)));
        Change(topic, all => all.Add(follower));
        return follower;
    }

    /// <summary>Tells the other nodes something that no table holds. Lost as easily as a hint.</summary>
    /// <param name="text">Letters, digits, '-' and '_'; a few hundred at most.</param>
    public void Whisper(string topic, string text) => Whispered?.Invoke(topic, text);

    /// <summary>A whisper that came from another node.</summary>
    public void Overhear(string topic, string text) => Overheard?.Invoke(topic, text);

    private void Change(string topic, Func<ImmutableArray<WakeupFollower>, ImmutableArray<WakeupFollower>> change) =>
        ImmutableInterlocked.AddOrUpdate(ref followers, topic, _ => change([]), (_, all) => change(all));

    private Channel<Guid> Topic(string topic) => topics.GetOrAdd(topic, _ => Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite }));
}
