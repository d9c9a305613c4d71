namespace Ezw.Webhooks.Delivering;

/// <summary>
/// Spares a target that fails, and our own slots: after many failures in a row nothing is sent for a while, then one delivery tries
/// alone; if that is accepted, everything goes on. It turns nothing off and uses up nobody's schedule. One courier owns it; what it knows
/// is stored with every result, so that a restart does not begin anew.
/// </summary>
internal sealed class Breaker(int limit, TimeSpan first, long failures, long openings, long? openUntil)
{
    private const int LongestTimes = 20;

    private readonly Lock gate = new();

    public BreakerState State
    {
        get
        {
            lock (gate)
                return new BreakerState(failures, openings, openUntil);
        }
    }

    /// <summary>Epoch-milliseconds until when nothing is sent; null when something may be.</summary>
    public long? ClosedOff(long now)
    {
        lock (gate)
            return openUntil > now ? openUntil : null;
    }

    /// <summary>Whether only one may try.</summary>
    public bool IsProbing
    {
        get
        {
            lock (gate)
                return openUntil is not null;
        }
    }

    public BreakerState Accepted()
    {
        Forget();
        return State;
    }

    /// <summary>Begins anew.</summary>
    public void Forget()
    {
        lock (gate)
            (failures, openings, openUntil) = (0, 0, null);
    }

    public BreakerState Failed(long now)
    {
        lock (gate)
        {
            failures++;
            // What was under way when it opened says nothing new.
            if (failures >= limit && !(openUntil > now))
            {
                var times = Math.Min(LongestTimes, Math.Pow(2, Math.Min(openings, 10)));
                openings++;
                openUntil = now + (long)(first.TotalMilliseconds * times);
            }
            return new BreakerState(failures, openings, openUntil);
        }
    }
}

/// <param name="Failures">In a row.</param>
/// <param name="Openings">In a row.</param>
/// <param name="OpenUntil">Epoch-milliseconds; in the past while one delivery tries alone.</param>
internal sealed record BreakerState(long Failures, long Openings, long? OpenUntil);
