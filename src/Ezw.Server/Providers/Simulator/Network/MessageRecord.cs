using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// What reached the network, in order of first arrival, and what was only an echo of it: the same id in the same chat of
/// the same account is one message, as on phones.
/// </summary>
internal sealed class MessageRecord
{
    /// <summary>Older messages are forgotten: a long demo must not grow without end.</summary>
    public const int Limit = 1_000_000;

    private readonly Queue<Entry> entries = new();
    private readonly Dictionary<(string Account, string Chat, string Id), Entry> known = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];
    private long position;

    /// <summary>Distinct messages ever recorded.</summary>
    public long Count => position;

    public long RawArrivals { get; private set; }

    /// <returns>The message when this was its first arrival, else null.</returns>
    public RecordedMessage? Arrive(LinkedDevice from, IChatPartner to, OutgoingMessage message, RecordedMedia? media, DateTimeOffset now)
    {
        RawArrivals++;
        var key = (from.Account.PhoneNumber, to.Key, message.ProviderMessageId);
        if (known.TryGetValue(key, out var entry))
        {
            entry.Arrivals.Add(now);
            return null;
        }

        entry = new Entry(++position, from.Account.PhoneNumber, from.DeviceId, to.Key, message, media, [now]);
        known.Add(key, entry);
        entries.Enqueue(entry);
        Trim();
        Signal();
        return entry.Snapshot();
    }

    public bool Knows(string account, string chat, string id) => known.ContainsKey((account, chat, id));

    public IReadOnlyList<RecordedMessage> Read(long after, int limit) =>
        [.. entries.Where(entry => entry.Position > after).Take(limit).Select(entry => entry.Snapshot())];

    /// <summary>Completes when that many distinct messages have arrived.</summary>
    public Task ReachedAsync(int count)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting.Add((count, reached));
        Signal();
        return reached.Task;
    }

    private void Signal()
    {
        for (var index = waiting.Count - 1; index >= 0; index--)
        {
            if (waiting[index].Count <= position)
            {
                waiting[index].Reached.TrySetResult();
                waiting.RemoveAt(index);
            }
        }
    }

    private void Trim()
    {
        if (entries.Count > Limit && entries.TryDequeue(out var oldest))
        {
            known.Remove((oldest.Account, oldest.Chat, oldest.Message.ProviderMessageId));
        }
    }

    private sealed record Entry(
        long Position, string Account, string DeviceId, string Chat, OutgoingMessage Message, RecordedMedia? Media,
        List<DateTimeOffset> Arrivals)
    {
        public RecordedMessage Snapshot() => new(
            Position, Account, DeviceId, Chat, Message.ProviderMessageId, Message.Body, Message.ButtonText, Message.ButtonUrl,
            Message.QuotedProviderMessageId, [.. Arrivals], Media);
    }
}
