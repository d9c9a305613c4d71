using Ezw.Providers;

namespace Ezw.Tests.Messaging.Arriving;

/// <summary>What a link reports, said shortly. Times are seconds.</summary>
internal static class Seen
{
    public static readonly ChatAddress Ana = new("+972501234567", "100@lid");

    public static DateTimeOffset At(int seconds) => DateTimeOffset.UnixEpoch.AddSeconds(seconds);

    public static MessageSeen From(ChatAddress chat, string id, int at, string body = "hi", string? quoted = null) =>
        new(At(at), id, chat, false, new SeenContent.Text(body), quoted, "Ana");

    public static MessageSeen Echo(ChatAddress chat, string id, int at, string body = "hello") =>
        new(At(at), id, chat, true, new SeenContent.Text(body), null, null);

    public static MessageSeen Content(SeenContent content, string id = "1") => new(At(1), id, Ana, false, content, null, "Ana");

    public static MessageSeen InGroup(string id, int at, ChatAddress sender, string name, string body = "hi all") =>
        new(At(at), id, Group, false, new SeenContent.Text(body), null, name, sender, "Family");

    public static readonly ChatAddress Group = new(null, null, "7@g.us");

    public static MessageEdited Edit(string id, int at, string body) => new(At(at), new MessageReference(Ana, id, false), body);

    public static MessageDeleted Delete(string id, int at) => new(At(at), new MessageReference(Ana, id, false));

    public static ReactionSeen Reaction(string id, int at, string? emoji, bool toMine = false) =>
        new(At(at), new MessageReference(Ana, id, toMine), false, null, emoji);

    public static ReceiptSeen Receipt(string id, int at, ReceiptKind kind) => new(At(at), [id], kind);
}
