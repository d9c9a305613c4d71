namespace Ezw.Providers.Simulator.Network;

/// <summary>How fast phones and people are. Each delay is drawn between its two bounds.</summary>
internal sealed record NetworkPace
{
    public static readonly NetworkPace Default = new();

    public TimeSpan DeliveredAtLeast { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan DeliveredAtMost { get; init; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>Counted from the delivery.</summary>
    public TimeSpan ReadAtLeast { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan ReadAtMost { get; init; } = TimeSpan.FromSeconds(12);
}
