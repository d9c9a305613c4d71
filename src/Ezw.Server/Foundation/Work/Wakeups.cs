using System.Collections.Concurrent;
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

    /// <summary>Raised for every hint that this node gives, so that a relay can carry it to the others.</summary>
    public event Action<string, Guid>? Given;

    public void Wake(string topic, Guid subject)
    {
        Deliver(topic, subject);
        Given?.Invoke(topic, subject);
    }

    /// <summary>A hint that came from another node; it is not relayed again.</summary>
    public void Deliver(string topic, Guid subject) => Topic(topic).Writer.TryWrite(subject);

    public ChannelReader<Guid> Listen(string topic) => Topic(topic).Reader;

    private Channel<Guid> Topic(string topic) => topics.GetOrAdd(topic, _ => Channel.CreateBounded<Guid>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite }));
}
