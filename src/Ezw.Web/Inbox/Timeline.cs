using Ezw.Client;
using Ezw.Web.Words;

namespace Ezw.Web.Inbox;

/// <summary>What stands in a thread, from top to bottom: days, messages, the team's notes, the mark of what is unread, what is on its way.</summary>
internal abstract record TimelineItem
{
    public sealed record Day(string Words) : TimelineItem;

    public sealed record Unread : TimelineItem;

    /// <param name="Quoted">The message that it answers, if that is shown too.</param>
    /// <param name="IsFirst">Of a run by the same author.</param>
    public sealed record Said(MessageView Message, MessageView? Quoted, bool IsFirst) : TimelineItem;

    public sealed record Noted(NoteView Note) : TimelineItem;

    public sealed record Underway(PendingMessage Message) : TimelineItem;
}

internal static class Timeline
{
    private static readonly TimeSpan OneRun = TimeSpan.FromMinutes(5);

    public static IEnumerable<TimelineItem> Of(ConversationThread thread, Guid? firstUnread, Times times)
    {
        var known = thread.Messages.ToDictionary(one => one.Id);
        // Notes older than the first message shown belong to messages that are not.
        var from = thread.HasOlder && thread.Messages.Count > 0 ? thread.Messages[0].At : DateTimeOffset.MinValue;
        var notes = new Queue<NoteView>(thread.Notes.Where(note => note.CreatedAt >= from));
        (DateOnly? day, MessageView? before) = (null, null);
        foreach (var message in thread.Messages)
        {
            while (notes.TryPeek(out var note) && note.CreatedAt < message.At)
            {
                if (NewDay(notes.Dequeue().CreatedAt, ref day))
                    yield return new TimelineItem.Day(times.Day(note.CreatedAt));
                yield return new TimelineItem.Noted(note);
                before = null;
            }
            if (NewDay(message.At, ref day))
            {
                yield return new TimelineItem.Day(times.Day(message.At));
                before = null;
            }
            if (message.Id == firstUnread)
                yield return new TimelineItem.Unread();
            var isFirst = before is null || before.FromMe != message.FromMe || before.Author != message.Author
                || before.Sender?.Id != message.Sender?.Id || message.At - before.At > OneRun;
            var quoted = message.QuotedMessageId is { } id ? known.GetValueOrDefault(id) : null;
            yield return new TimelineItem.Said(message, quoted, isFirst);
            before = message;
        }
        if (!thread.HasNewer)
        {
            foreach (var note in notes)
            {
                if (NewDay(note.CreatedAt, ref day))
                    yield return new TimelineItem.Day(times.Day(note.CreatedAt));
                yield return new TimelineItem.Noted(note);
            }
            foreach (var message in thread.Pending)
                yield return new TimelineItem.Underway(message);
        }
    }

    private static bool NewDay(DateTimeOffset at, ref DateOnly? day)
    {
        var its = DateOnly.FromDateTime(at.ToLocalTime().Date);
        if (its == day)
            return false;
        day = its;
        return true;
    }
}
