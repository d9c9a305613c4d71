using Ezw.Client;

namespace Ezw.Inbox.Reading;

/// <summary>Adds the counters up to what the sidebar shows.</summary>
internal static class Tally
{
    public static ConversationCounts Of(IReadOnlyList<CountedConversations> counted)
    {
        var open = counted.Where(n => !n.Closed).ToList();
        return new ConversationCounts(
            open.Sum(n => n.Awake), open.Sum(n => n.Mine), open.Sum(n => n.Unassigned), open.Sum(n => n.Unread),
            open.Sum(n => n.Waiting), open.Sum(n => n.All - n.Awake),
            [.. from n in counted
                group n.All by n.StageId into stage
                where stage.Sum() > 0
                orderby stage.Key
                select new StageCount(stage.Key, stage.Sum())],
            [.. from n in open
                group n by n.LineId into line
                where line.Sum(n => n.Awake) > 0
                orderby line.Key
                select new LineCount(line.Key, line.Sum(n => n.Awake), line.Sum(n => n.Unread), line.Sum(n => n.Waiting))]);
    }
}
