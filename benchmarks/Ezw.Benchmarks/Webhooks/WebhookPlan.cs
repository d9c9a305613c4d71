namespace Ezw.Benchmarks.Webhooks;

/// <summary>How much of everything.</summary>
/// <param name="Backlog">Messages that a server has to tell one webhook when it starts.</param>
/// <param name="BareSeconds">Of the bare loop.</param>
/// <param name="DelaySeconds">Of a steady trickle of sends.</param>
/// <param name="DeadBacklog">Deliveries that wait for a target which never answers.</param>
internal sealed record WebhookPlan(int Backlog, int BareSeconds, int DelaySeconds, int DeadBacklog, int Rounds)
{
    public const int Conversations = 2_000;
    public const int Lines = 10;
    public const int HooksOfLine = 10;

    /// <summary>Sends a second in the trial with the dead target: each is told to the ten webhooks of its line.</summary>
    public const int SendsBesideDead = 40;

    public static readonly int[] AtOnce = [16, 64];

    public static readonly WebhookPlan Full = new(60_000, 4, 10, 10_000, 3);
    public static readonly WebhookPlan Quick = new(40_000, 2, 4, 2_000, 1);
}
