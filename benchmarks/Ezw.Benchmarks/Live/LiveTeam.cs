using System.Collections.Frozen;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Live;

namespace Ezw.Benchmarks.Live;

/// <summary>Who listens: half of them managers, who see everything, the others operators of a fifth to four fifths of the lines.</summary>
internal sealed class LiveTeam(LivePlan plan, SeededLine[] lines)
{
    private const int Managers = LivePlan.Members / 2;
    private const int Steps = 4;

    public Sight[] Members { get; } = [.. Enumerable.Range(0, LivePlan.Members).Select(i => Of(i, lines))];

    public int StreamsOfEach => plan.Subscribers / LivePlan.Members;

    public int AudienceOf(LoggedEvent logged) => Members.Count(member => member.Includes(logged)) * StreamsOfEach;

    private static Sight Of(int member, SeededLine[] lines)
    {
        var seen = member < Managers ? [] : lines.Take(lines.Length / (Steps + 1) * (1 + member % Steps)).Select(line => line.Id);
        return new Sight(Ids.New(TimeProvider.System), member < Managers, seen.ToFrozenSet());
    }
}
