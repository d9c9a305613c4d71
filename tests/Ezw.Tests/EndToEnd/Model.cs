using System.Text;
using Ezw.Providers;

namespace Ezw.Tests.EndToEnd;

/// <summary>
/// What must be stored after a story, worked out from the events alone: by the plainest code that can, and without any of the product's.
/// </summary>
internal sealed class Model
{
    private readonly Story story;
    private readonly Names names;
    private readonly Dictionary<(int Line, string Chat), Thread> threads = [];
    private readonly Dictionary<(int Line, string Id), int> ticks = [];

    private Model(Story story) => (this.story, names) = (story, Names.Of(story));

    public int Messages => threads.Values.Sum(thread => thread.Messages.Count);

    public int Changes => threads.Values.Sum(thread => thread.Changes.Count);

    public static Model Of(Story story)
    {
        var model = new Model(story);
        for (var line = 0; line < story.Deliveries.Count; line++)
        {
            foreach (var happened in story.Deliveries[line])
                model.Hear(line, happened);
        }

        return model;
    }

    public Picture Paint()
    {
        var picture = new Picture();
        foreach (var somebody in names.Everybody)
            picture.Add($"contact {somebody}", "is known");
        foreach (var ((line, chat), thread) in threads)
            thread.Paint(picture, $"{story.Phones[line]} with {chat}", id => ticks.GetValueOrDefault((line, id)));
        return picture;
    }

    private void Hear(int line, LineEvent happened)
    {
        switch (happened)
        {
            case MessageSeen seen:
                var from = seen.FromMe ? "me" : seen.Sender is { } sender ? names.Of(sender) : "them";
                ThreadOf(line, seen.Chat).Hear(seen, from);
                break;
            case ReactionSeen seen:
                var by = seen.FromMe ? "me" : seen.Target.Chat.GroupId is null ? "them" : names.Of(seen.Sender!);
                ThreadOf(line, seen.Target.Chat).Changes.Add(
                    new(seen.Target.ProviderMessageId, seen.Target.FromMe, by, seen.Emoji, seen.At));
                break;
            case MessageEdited seen:
                ThreadOf(line, seen.Target.Chat).Changes.Add(
                    new(seen.Target.ProviderMessageId, seen.Target.FromMe, "edit", Kept(seen.Body), seen.At));
                break;
            case MessageDeleted seen:
                ThreadOf(line, seen.Target.Chat).Changes.Add(
                    new(seen.Target.ProviderMessageId, seen.Target.FromMe, "delete", null, seen.At));
                break;
            case ChatRead seen when threads.ContainsKey((line, names.Of(seen.Chat))):
                ThreadOf(line, seen.Chat).Read(seen.At);
                break;
            case ReceiptSeen seen:
                foreach (var id in seen.ProviderMessageIds.Where(_ => seen.Kind != ReceiptKind.Failed))
                    ticks[(line, id)] = Math.Max(ticks.GetValueOrDefault((line, id)), (int)seen.Kind);
                break;
        }
    }

    private Thread ThreadOf(int line, ChatAddress chat)
    {
        var key = (line, names.Of(chat));
        return threads.TryGetValue(key, out var thread)
            ? thread
            // The moment of a merge decides what counts as read, and no story fixes it.
            : threads[key] = new Thread(oneName: chat.GroupId is not null || !key.Item2.Contains(',') || IsAlwaysBoth(key.Item2));
    }

    private bool IsAlwaysBoth(string chat) => !story.Deliveries.SelectMany(told => told).OfType<MessageSeen>()
        .Any(seen => chat.Split(',').Contains(seen.Chat.Key) && (seen.Chat.PhoneNumber is null || seen.Chat.Lid is null));

    // Neither database can keep a NUL, so it is stored as the sign for "something was here".
    public static string? Kept(string? text) => text?.Replace('\0', '\uFFFD');
}

internal sealed record ChangeTold(string Id, bool FromMe, string What, string? Value, DateTimeOffset At);

/// <summary>One conversation of the model.</summary>
/// <param name="oneName">WhatsApp names the other side in one way from beginning to end.</param>
internal sealed class Thread(bool oneName)
{
    private static readonly string[] Statuses = ["sent", "delivered", "read", "played"];

    private readonly HashSet<(string, bool, string)> known = [];
    private int readThrough = -1;

    /// <summary>In order of first arrival.</summary>
    public List<(MessageSeen Seen, string From)> Messages { get; } = [];

    public HashSet<ChangeTold> Changes { get; } = [];

    public void Hear(MessageSeen seen, string from)
    {
        if (known.Add((seen.ProviderMessageId, seen.FromMe, from)))
            Messages.Add((seen, from));
    }

    public void Read(DateTimeOffset until) =>
        readThrough = Math.Max(readThrough, Messages.FindLastIndex(message => message.Seen.At <= until));

    public void Paint(Picture picture, string name, Func<string, int> ticks)
    {
        var ordered = Messages.Select((message, place) => (message.Seen, message.From, place))
            .OrderBy(message => message.Seen.At).ThenBy(message => message.place).ToList();
        foreach (var (message, index) in ordered.Select((message, index) => (message, index)))
            picture.Add($"{name} #{index}", Describe(message.Seen, message.From, ticks));
        var answered = ordered.Where(message => message.Seen.FromMe).Select(message => message.Seen.At).DefaultIfEmpty().Max();
        var waiting = ordered.Select(message => message.Seen).FirstOrDefault(seen => !seen.FromMe && seen.At > answered);
        picture.Add($"{name} waiting since", waiting?.At.ToUnixTimeMilliseconds());
        picture.Add($"{name} last", ordered.Count == 0 ? null : ordered[^1].Seen.ProviderMessageId);
        if (oneName)
            picture.Add($"{name} unread", Messages.Where((message, place) => !message.Seen.FromMe && place > readThrough).Count());
    }

    private string Describe(MessageSeen seen, string from, Func<string, int> ticks)
    {
        var mine = Changes.Where(change => change.Id == seen.ProviderMessageId && change.FromMe == seen.FromMe).ToList();
        var edits = mine.Where(change => change.What == "edit").OrderBy(change => change.At).ToList();
        var (type, body) = Say(seen.Content);
        var line = new StringBuilder($"{seen.ProviderMessageId} {from} {seen.At.ToUnixTimeMilliseconds()} {type}");
        line.Append($" [{(edits.Count > 0 ? edits[^1].Value : body)}]");
        line.Append($" {(seen.FromMe ? Statuses[Math.Max(0, ticks(seen.ProviderMessageId))] : "received")}");
        line.Append($" quotes {seen.QuotedProviderMessageId ?? "-"}");
        if (edits.Count > 0)
            line.Append($" edited {edits[^1].At.ToUnixTimeMilliseconds()} from [{body}]");
        if (mine.Where(change => change.What == "delete").MinBy(change => change.At) is { } gone)
            line.Append($" deleted {gone.At.ToUnixTimeMilliseconds()}");
        var reactions = mine.Where(change => change.What is not ("edit" or "delete")).GroupBy(change => change.What);
        foreach (var by in reactions.OrderBy(by => by.Key, StringComparer.Ordinal))
        {
            if (by.MaxBy(change => change.At)!.Value is { } emoji)
                line.Append($" {by.Key}:{emoji}");
        }

        return line.ToString();
    }

    private static (string Type, string? Body) Say(SeenContent content) => content switch
    {
        SeenContent.Text text => ("text", Model.Kept(text.Words)),
        SeenContent.Location at => ("location", at.Name),
        SeenContent.Contacts => ("contacts", "Dana, Omer"),
        SeenContent.Poll poll => ("poll", Model.Kept(poll.Question)),
        SeenContent.Media { Kind: MediaKind.Image } file => ("image", Model.Kept(file.Caption)),
        SeenContent.Media => ("voice", null),
        SeenContent.Unsupported => ("unsupported", null),
        _ => throw new InvalidOperationException($"The model does not know {content}."),
    };
}
