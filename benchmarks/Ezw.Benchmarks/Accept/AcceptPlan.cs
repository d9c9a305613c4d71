namespace Ezw.Benchmarks.Accept;

/// <summary>How much is measured. Contenders take turns within a round, so that a disturbance of the machine hits all of them.</summary>
internal sealed record AcceptPlan(int[] Connections, int Rounds, int Seconds, TimeSpan FirstWarmUp)
{
    /// <summary>Before each measurement: connections open, pools fill.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    public static AcceptPlan Full { get; } = new([1, 8, 32, 64], Rounds: 5, Seconds: 2, TimeSpan.FromSeconds(6));

    public static AcceptPlan Quick { get; } = new([1, 64], Rounds: 3, Seconds: 1, TimeSpan.FromSeconds(4));

    public int Most => Connections.Max();
}
