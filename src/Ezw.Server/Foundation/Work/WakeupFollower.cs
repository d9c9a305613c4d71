using System.Threading.Channels;

namespace Ezw.Foundation.Work;

/// <summary>One follower's hints of a topic: equal ones that wait are one, and what does not fit is dropped.</summary>
public sealed class WakeupFollower(Action<WakeupFollower> leave) : IDisposable
{
    private const int MaxWaiting = 4_096;
    private readonly HashSet<Guid> waiting = [];
    private readonly Channel<Guid> hints = Channel.CreateUnbounded<Guid>();

    /// <summary>Takes one hint. A later equal one is a new hint.</summary>
    public bool TryTake(out Guid subject)
    {
        lock (waiting)
        {
            return hints.Reader.TryRead(out subject) && waiting.Remove(subject);
        }
    }

    /// <summary>Waits for a hint, however long.</summary>
    public async Task WaitAsync(CancellationToken ct) => await hints.Reader.WaitToReadAsync(ct);

    /// <summary>Waits for a hint or the interval, whichever comes first.</summary>
    public Task WaitAsync(TimeSpan interval, TimeProvider time, CancellationToken ct) =>
        WorkLoop.IntervalOrAsync(hints.Reader, interval, time, ct);

    public void Dispose() => leave(this);

    internal void Hint(Guid subject)
    {
        lock (waiting)
        {
            if (waiting.Count < MaxWaiting && waiting.Add(subject))
                hints.Writer.TryWrite(subject);
        }
    }
}
