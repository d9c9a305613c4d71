using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>A sink that keeps what it was told, lets a test wait for it, and can be told to fail like a store that is down.</summary>
/// <param name="patience">How long a test waits for what must come; null for what a simulation needs at most.</param>
public sealed class ProviderContractEvents(TimeSpan? patience = null) : ILineEventSink
{
    private readonly TimeSpan patience = patience ?? TimeSpan.FromSeconds(20);

    private readonly Lock gate = new();
    private readonly List<LineEvent> all = [];
    private readonly List<(Func<IReadOnlyList<LineEvent>, bool> Holds, TaskCompletionSource Met)> waiting = [];
    private int failures;

    /// <summary>Events that were offered while failing.</summary>
    public int Refused { get; private set; }

    public IReadOnlyList<LineEvent> All
    {
        get
        {
            lock (gate)
            {
                return [.. all];
            }
        }
    }

    public IReadOnlyList<string> Bodies => [.. All.OfType<MessageSeen>().Select(seen => seen.Content.Body!)];

    public IReadOnlyList<LinkState> States => [.. All.OfType<LinkStateChanged>().Select(changed => changed.State)];

    public void FailNext(int count = int.MaxValue)
    {
        lock (gate)
        {
            failures = count;
        }
    }

    public Task PublishAsync(LineEvent happened, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (failures > 0)
            {
                failures--;
                Refused++;
                Signal();
                return Task.FromException(new InvalidOperationException("The store is down."));
            }

            all.Add(happened);
            Signal();
            return Task.CompletedTask;
        }
    }

    public Task UntilAsync(Func<IReadOnlyList<LineEvent>, bool> holds)
    {
        lock (gate)
        {
            var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((holds, met));
            Signal();
            return met.Task.WaitAsync(patience, TimeProvider.System);
        }
    }

    public async Task<T> NextAsync<T>(Func<T, bool>? which = null) where T : LineEvent
    {
        bool Matches(T one) => which?.Invoke(one) != false;
        await UntilAsync(events => events.OfType<T>().Any(Matches));
        return All.OfType<T>().First(Matches);
    }

    public Task StateAsync(LinkState state, int times = 1) =>
        UntilAsync(events => events.OfType<LinkStateChanged>().Count(changed => changed.State == state) >= times);

    private void Signal()
    {
        foreach (var (holds, met) in waiting)
        {
            if (!met.Task.IsCompleted && holds(all))
            {
                met.TrySetResult();
            }
        }
    }
}
