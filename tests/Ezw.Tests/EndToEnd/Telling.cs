using Ezw.Providers;

namespace Ezw.Tests.EndToEnd;

/// <summary>Puts what happens into the words of the provider contract, on the story's own clock of whole seconds.</summary>
internal sealed class Telling(Random dice)
{
    private static readonly string[] Words =
        ["hello", "שלום, מה שלומך?", "I paid on Monday 👍🏽", "line one\nline two", "مرحبا",
        "nul\0inside", "100% 'quoted' \"text\"; --", " "];

    private static readonly string[] Emoji = ["👍", "❤️", "😂", "🙏🏽"];

    private DateTimeOffset clock = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private int texts;

    public string NewId() => $"3A{dice.NextInt64():X16}";

    public MessageSeen Message(Chat chat, Person by, bool fromMe, string id)
    {
        // Several messages of one second are common: WhatsApp counts no finer.
        clock = clock.AddSeconds(dice.Next(3));
        var sender = chat.IsGroup && !fromMe ? by.Address(dice) : null;
        var quoted = dice.Next(10) > 0 ? null : chat.Written.Count > 0 ? chat.Written[dice.Next(chat.Written.Count)].Id : NewId();
        // The chat of two is named by the same person who writes.
        var address = chat.IsGroup ? chat.Address(dice) : by.Address(dice);
        return new MessageSeen(
            clock, id, address, fromMe, Content(), quoted, fromMe ? null : by.Name, sender, chat.IsGroup ? "Group" : null);
    }

    public ReceiptSeen Ticks(IReadOnlyList<string> ids) => new(Later(), ids, (ReceiptKind)dice.Next(5));

    public IdentityLinked Linked(Person person) => new(Later(), person.Phone, person.Lid);

    public ChatRead Read(Chat chat) => new(Later(), chat.Address(dice));

    public ChatNamed Named(Chat chat) => new(Later(), chat.Address(dice), $"Name {++texts}");

    public MessageSeen Goodbye(int line) => new(
        Later(), $"3AGOODBYE{line}", Story.Farewell, false, new SeenContent.Text("That was all."), null, "Farewell");

    public LineEvent Change(Chat chat, Written target)
    {
        var reference = new MessageReference(chat.Address(dice), target.Id, target.FromMe);
        var by = chat.Members[dice.Next(chat.Members.Count)];
        var mine = dice.Next(4) == 0;
        return dice.Next(20) switch
        {
            < 9 => new MessageEdited(Later(), reference, Say()),
            < 12 => new MessageDeleted(Later(), reference),
            _ => new ReactionSeen(
                Later(), reference, mine, mine || (!chat.IsGroup && dice.Next(2) == 0) ? null : by.Address(dice),
                dice.Next(4) == 0 ? null : Emoji[dice.Next(Emoji.Length)]),
        };
    }

    /// <summary>The same change as another of the person's devices may have told it.</summary>
    public static LineEvent UnderOtherName(LineEvent change, Person person)
    {
        if (person.Shown != Shown.EitherThenBoth || person.Turned)
            return change;
        return change switch
        {
            MessageEdited seen => seen with { Target = Other(seen.Target) },
            MessageDeleted seen => seen with { Target = Other(seen.Target) },
            ReactionSeen seen => seen with { Target = Other(seen.Target) },
            _ => throw new InvalidOperationException($"{change} is no change."),
        };

        MessageReference Other(MessageReference target) =>
            target with { Chat = target.Chat.Lid is null ? new ChatAddress(null, person.Lid) : new ChatAddress(person.Phone, null) };
    }

    // Changes have a second of their own, so that the newest is one.
    private DateTimeOffset Later() => clock = clock.AddSeconds(1);

    private string Say() => $"{Words[dice.Next(Words.Length)]} {++texts}";

    private SeenContent Content() => dice.Next(50) switch
    {
        0 => new SeenContent.Location(32.1 + dice.NextDouble(), 34.8, dice.Next(2) == 0 ? null : "Office", null, dice.Next(2) == 0),
        1 => new SeenContent.Contacts([new ContactCard("Dana", ["+1 555"], "BEGIN:VCARD"), new ContactCard("Omer", [], "BEGIN:VCARD")]),
        2 => new SeenContent.Poll(Say(), ["yes", "no"], 1),
        3 => new SeenContent.Unsupported("ptvMessage", """{"a":1}"""),
        4 => File(MediaKind.Image, Say()),
        5 => File(MediaKind.Voice, null),
        _ => new SeenContent.Text(Say()),
    };

    // Nobody holds the bytes: what becomes of the file is another test's subject.
    private SeenContent.Media File(MediaKind kind, string? caption) => new(
        kind, new MediaSeen(new MediaPointer($"sim:{dice.NextInt64():x16}"), "image/jpeg", null, 1000), caption);
}
