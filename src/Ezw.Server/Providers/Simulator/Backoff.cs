using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator;

/// <summary>Exponential back-off with full jitter: after a broken network, ten thousand lines must not come back in one second.</summary>
internal sealed class Backoff(Dice dice, string subject)
{
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private long drawn;

    /// <summary>Failed attempts since the last success.</summary>
    public int Failures { get; private set; }

    public TimeSpan Next()
    {
        var ceiling = First * Math.Pow(2, Math.Min(Failures++, 16));
        return (ceiling > Longest ? Longest : ceiling) * dice.Roll("backoff", subject, ++drawn);
    }

    public void Reset() => Failures = 0;
}
