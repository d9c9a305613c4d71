namespace Ezw.Benchmarks.Inbox;

/// <summary>How much of everything.</summary>
/// <param name="Large">Conversations of <see cref="LargeThread"/> messages.</param>
/// <param name="Requests">Of each scenario, in each round, by one client; eight clients share twice as many.</param>
internal sealed record InboxPlan(int Messages, int Conversations, int Large, int Rounds, int Requests, int IngestSeconds)
{
    public const int LargeThread = 10_000;
    public const int Lines = 20;
    public const int Members = 30;
    public const int FewLines = 3;
    public const int Clients = 8;
    public const int IngestLines = 200;
    public const int IngestPeople = 20_000;

    public static readonly InboxPlan Full = new(1_000_000, 100_000, 10, 3, 100, 4);
    public static readonly InboxPlan Quick = new(100_000, 10_000, 2, 2, 50, 2);
}
