using Ezw.Client;

namespace Ezw.Inbox.Reading;

/// <summary>Adds the counters up to what the sidebar shows.</summary>
internal static class Tally
{
    public static ConversationCounts Of(IReadOnlyList<CountedConversations> counted)
    {
        var active = counted.Where(n => n.Active).ToList();
        return new ConversationCounts(
            active.Sum(n => n.All), active.Sum(n => n.Mine), active.Sum(n => n.Unassigned), active.Sum(n => n.Unread),
            active.Sum(n => n.Waiting), counted.Where(n => n is { Active: false, Closed: false }).Sum(n => n.All),
            [.. from n in counted
                group n.All by n.StageId into stage
                where stage.Sum() > 0
                orderby stage.Key
                select new StageCount(stage.Key, stage.Sum())],
            [.. from n in active
                group n by n.LineId into line
                where line.Sum(n => n.All) > 0
                orderby line.Key
                select new LineCount(line.Key, line.Sum(n => n.All), line.Sum(n => n.Unread), line.Sum(n => n.Waiting))]);
    }
}
