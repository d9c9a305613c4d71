namespace Ezw.Providers;

/// <summary>
/// What the links of all adapters have in common: wishes (start, stop, pair) take turns; what happens goes through one lane to the sink, in
/// order; and between two attempts to connect there is one timer.
/// </summary>
internal abstract class SerialLink(ILineEventSink sink, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly CancellationTokenSource lifetime = new();
    private ITimer? retry;
    private volatile bool disposed;

    protected ILineEventSink Sink => sink;

    protected TimeProvider Time => time;

    protected EventLane Lane { get; } = new(time);

    /// <summary>Canceled when the link is closed.</summary>
    protected CancellationToken Lifetime => lifetime.Token;

    protected bool IsDisposed => disposed;

    /// <summary>A login under way is given up first: the host closes a link because another node may open its own.</summary>
    public async ValueTask DisposeAsync()
    {
        await lifetime.CancelAsync();
        await InTurnAsync(async () =>
        {
            disposed = true;
            await HangUpAsync();
            Lane.Dispose();
        }, CancellationToken.None);
    }

    /// <summary>Gives up what is wanted and closes the connection. Runs in a turn.</summary>
    protected abstract Task HangUpAsync();

    protected void Publish(LineEvent happened) => Lane.Add(cancellationToken => sink.PublishAsync(happened, cancellationToken));

    /// <summary>One try, in a turn of its own, unless <see cref="CancelRetry"/> comes first.</summary>
    protected void RetryAfter(TimeSpan wait, Func<Task> again)
    {
        CancelRetry();
        retry = time.CreateTimer(_ => _ = InTurnAsync(() =>
        {
            CancelRetry();
            return again();
        }, CancellationToken.None), null, wait, Timeout.InfiniteTimeSpan);
    }

    protected void CancelRetry()
    {
        retry?.Dispose();
        retry = null;
    }

    protected async Task InTurnAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await action();
        }
        finally
        {
            turn.Release();
        }
    }
}
