namespace Ezw.Foundation.Security.Outbound;

/// <summary>Where the time of one exchange went. Null where that part did not happen, or where a connection of before was used.</summary>
/// <param name="FirstByte">From the end of the request to the first byte of the answer.</param>
internal sealed record ExchangeTimes(TimeSpan? Dns, TimeSpan? Connect, TimeSpan? Tls, TimeSpan? FirstByte)
{
    public static readonly ExchangeTimes None = new(null, null, null, null);
}

/// <summary>
/// Notes when the parts of one request ended. It travels with the request, because the connect callback is told of nothing else; a
/// connection may be opened for one request and serve another, so what it noted counts only if it was there before the request went out.
/// </summary>
internal sealed class ExchangeClock(TimeProvider time)
{
    public static readonly HttpRequestOptionsKey<ExchangeClock> Key = new("ezw.clock");

    private long began;
    private long resolved;
    private long connected;
    private long written;
    private long ended;
    private long answered;

    public void ConnectionBegins() => Note(ref began);

    public void NameResolved() => Note(ref resolved);

    public void Connected() => Note(ref connected);

    /// <summary>The handshake is over: the request is being written.</summary>
    public void RequestBegins() => Note(ref written);

    public void RequestEnds() => Note(ref ended);

    public void AnswerBegins() => Note(ref answered);

    public ExchangeTimes Read(bool secure)
    {
        var (wrote, open) = (Volatile.Read(ref written), Volatile.Read(ref connected));
        var own = open != 0 && (wrote == 0 || open <= wrote);
        return new ExchangeTimes(
            own || wrote == 0 ? Between(began, resolved) : null,
            own ? Between(resolved, connected) : null,
            own && secure ? Between(connected, written) : null,
            Between(ended, answered));
    }

    private void Note(ref long moment) => Interlocked.Exchange(ref moment, Math.Max(1, time.GetTimestamp()));

    private TimeSpan? Between(long from, long to) => from == 0 || to == 0 || to < from ? null : time.GetElapsedTime(from, to);
}
