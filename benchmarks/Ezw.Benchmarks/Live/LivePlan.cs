namespace Ezw.Benchmarks.Live;

/// <summary>How much of everything. A contender goes on to the next rate until its 99th percentile is late.</summary>
/// <param name="Rates">Events a second, each of which goes to everybody who may see it.</param>
/// <param name="Windows">At each rate; contenders take turns, so that a disturbance of the machine hits all of them.</param>
internal sealed record LivePlan(int Subscribers, int[] Rates, int Windows, TimeSpan Window)
{
    public const int Lines = 20;
    public const int Members = 50;
    public const double LateMs = 1_000;
    public const int WarmUpRate = 10;

    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    /// <summary>Between the last subscriber's arrival and the look at the memory.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    public static readonly LivePlan Full = new(5_000, [1, 5, 10, 15, 20, 30, 40], 3, TimeSpan.FromSeconds(4));
    public static readonly LivePlan Quick = new(1_000, [1, 10, 40, 80], 3, TimeSpan.FromSeconds(2));
}
