using Ezw.Providers;

namespace Ezw.Tests.EndToEnd;

/// <summary>What WhatsApp tells each line, in the order in which it tells it: every event twice, and not where it belongs.</summary>
/// <param name="Phones">Of the lines.</param>
/// <param name="Deliveries">For each line. The same object is the same event.</param>
internal sealed record Story(int Seed, IReadOnlyList<string> Phones, IReadOnlyList<IReadOnlyList<LineEvent>> Deliveries)
{
    public int Events => Deliveries.Sum(told => told.Distinct(ReferenceEqualityComparer.Instance).Count());

    public int Told => Deliveries.Sum(told => told.Count);

    /// <summary>Whoever is told last on every line: when it is stored, so is everything before it.</summary>
    public static ChatAddress Farewell { get; } = new("+972529999999", null);
}
