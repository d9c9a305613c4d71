using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// A linked device and its offline queue. Events wait until the device commits them; what was pushed to a session that
/// ended before committing is pushed again to the next one, in the old order.
/// </summary>
internal sealed class LinkedDevice(Account account, string deviceId)
{
    /// <summary>Unacknowledged events at one session; a slow consumer leaves the rest in the queue.</summary>
    public const int InFlightLimit = 64;

    /// <summary>WhatsApp keeps 30 days; a device that never comes back must not eat the memory of a demo.</summary>
    public const int QueueLimit = 100_000;

    private Queue<HappenedPush>? waiting;
    private Queue<HappenedPush>? pushed;
    private long sequence;
    private bool removed;

    public Account Account { get; } = account;

    public string DeviceId { get; } = deviceId;

    public DeviceSession? Session { get; private set; }

    public int QueuedCount => (waiting?.Count ?? 0) + (pushed?.Count ?? 0);

    public void Enqueue(LineEvent happened)
    {
        if (removed || QueuedCount >= QueueLimit)
        {
            return;
        }

        (waiting ??= new Queue<HappenedPush>()).Enqueue(new HappenedPush(happened, ++sequence));
        Push();
    }

    public void Commit(long upTo)
    {
        while (pushed is not null && pushed.TryPeek(out var oldest) && oldest.Sequence <= upTo)
        {
            pushed.Dequeue();
        }

        Push();
    }

    public void Attach(DeviceSession session)
    {
        Session = session;
        if (pushed is { Count: > 0 })
        {
            waiting = new Queue<HappenedPush>(pushed.Concat(waiting ?? []));
            pushed.Clear();
        }
    }

    public void Detach() => Session = null;

    public void Remove()
    {
        removed = true;
        waiting = null;
        pushed = null;
    }

    public void Push()
    {
        while (Session is not null && (pushed?.Count ?? 0) < InFlightLimit && waiting is not null && waiting.TryDequeue(out var next))
        {
            (pushed ??= new Queue<HappenedPush>()).Enqueue(next);
            Session.Say(next);
        }

        // An idle line must hold no buffers: ten thousand of them share one process.
        waiting = waiting is { Count: 0 } ? null : waiting;
        pushed = pushed is { Count: 0 } ? null : pushed;
    }
}
