namespace Ezw.Providers;

/// <summary>
/// Runs a link's steps strictly one after the other. A step that fails is tried again before any later one, so that the
/// order of events survives a store that is down. No task exists while the lane is empty.
/// </summary>
internal sealed class EventLane : IDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly CancellationTokenSource closing = new();
    private readonly CancellationToken closed;
    private readonly TimeProvider time;
    private Queue<Func<CancellationToken, Task>>? steps;

    public EventLane(TimeProvider time)
    {
        this.time = time;
        closed = closing.Token;
    }

    public void Add(Func<CancellationToken, Task> step)
    {
        lock (gate)
        {
            if (closed.IsCancellationRequested)
            {
                return;
            }

            if (steps is not null)
            {
                steps.Enqueue(step);
                return;
            }

            steps = new Queue<Func<CancellationToken, Task>>([step]);
        }

        // Never on the caller's stack: it may hold the network's lock.
        ThreadPool.UnsafeQueueUserWorkItem(static lane => _ = lane.DrainAsync(), this, preferLocal: false);
    }

    public void Dispose()
    {
        lock (gate)
        {
            steps?.Clear();
        }

        if (!closed.IsCancellationRequested)
        {
            closing.Cancel();
            closing.Dispose();
        }
    }

    private async Task DrainAsync()
    {
        while (Next() is { } step)
        {
            await PersistAsync(step);
        }
    }

    private async Task PersistAsync(Func<CancellationToken, Task> step)
    {
        for (var wait = FirstRetry; !closed.IsCancellationRequested; wait = wait * 2 > LongestRetry ? LongestRetry : wait * 2)
        {
            var attempt = AttemptAsync(step);
            await attempt.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (attempt.IsCompletedSuccessfully)
            {
                return;
            }

            await Task.Delay(wait, time, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task AttemptAsync(Func<CancellationToken, Task> step) => await step(closed);

    private Func<CancellationToken, Task>? Next()
    {
        lock (gate)
        {
            if (steps is not null && steps.TryDequeue(out var step))
            {
                return step;
            }

            steps = null;
            return null;
        }
    }
}
