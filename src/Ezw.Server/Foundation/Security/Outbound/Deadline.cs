namespace Ezw.Foundation.Security.Outbound;

/// <summary>The total time of one exchange, headers and body and every further try, beside the caller's own wish to stop.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource clock;
    private readonly CancellationTokenSource either;

    public Deadline(TimeSpan length, TimeProvider time, CancellationToken caller)
    {
        Caller = caller;
        clock = new CancellationTokenSource(length, time);
        either = CancellationTokenSource.CreateLinkedTokenSource(caller, clock.Token);
    }

    /// <summary>The caller's own token, for the caller's own things.</summary>
    public CancellationToken Caller { get; }

    public CancellationToken Token => either.Token;

    public bool HasPassed => clock.IsCancellationRequested;

    /// <exception cref="OperationCanceledException">The caller gave up, which is no outcome of the exchange.</exception>
    public void ThrowIfCallerStopped() => Caller.ThrowIfCancellationRequested();

    public void Dispose()
    {
        either.Dispose();
        clock.Dispose();
    }
}
