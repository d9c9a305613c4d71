namespace Ezw.Providers.Simulator.Network;

/// <summary>
/// Everything that happens later, in order of time and then of planning, on one timer for the whole network. While a
/// planned action runs, <see cref="Now"/> is the time it was planned for, so that one jump of a fake clock plays a
/// chain of events with the same times as many small steps.
/// </summary>
internal sealed class Schedule : IDisposable
{
    private readonly PriorityQueue<Action, (DateTimeOffset Due, long Order)> planned = new();
    private readonly TimeProvider time;
    private readonly Lock gate;
    private readonly ITimer timer;
    private DateTimeOffset? playing;
    private DateTimeOffset? armedFor;
    private long order;

    public Schedule(TimeProvider time, Lock gate)
    {
        this.time = time;
        this.gate = gate;
        timer = time.CreateTimer(_ => Play(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public DateTimeOffset Now => playing ?? time.GetUtcNow();

    public void After(TimeSpan delay, Action action)
    {
        if (delay <= TimeSpan.Zero)
        {
            action();
            return;
        }

        planned.Enqueue(action, (Now + delay, order++));
        if (playing is null)
        {
            Arm();
        }
    }

    public void Dispose() => timer.Dispose();

    private void Play()
    {
        lock (gate)
        {
            armedFor = null;
            var until = time.GetUtcNow();
            while (planned.TryPeek(out _, out var next) && next.Due <= until)
            {
                playing = next.Due;
                planned.Dequeue()();
            }

            playing = null;
            Arm();
        }
    }

    private void Arm()
    {
        if (!planned.TryPeek(out _, out var next) || next.Due == armedFor)
        {
            return;
        }

        armedFor = next.Due;
        var wait = next.Due - time.GetUtcNow();
        // Timers count whole milliseconds; rounding up keeps a real clock from waking just too early, again and again.
        timer.Change(TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait.TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }
}
