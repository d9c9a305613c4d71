using Ezw.Providers;

namespace Ezw.Tests.EndToEnd;

/// <summary>
/// Makes up what a year of WhatsApp throws at a handful of lines, from a seed: people who change their names, echoes, ticks before their
/// message, edits of messages that never come. Then it tells everything twice and shuffles it.
/// </summary>
internal sealed class StoryTeller
{
    /// <summary>An event may be told so many events of its line too late.</summary>
    public const int Window = 50;

    private const int Groups = 3;
    private const int MembersEach = 10;
    private const int Remembered = 40;

    private static readonly (Shown Shown, int People)[] Crowd =
    [
        (Shown.ByPhone, 16), (Shown.ByLid, 10), (Shown.ByBoth, 8), (Shown.PhoneThenLid, 10), (Shown.EitherThenBoth, 12),
        (Shown.EitherForEver, 4),
    ];

    private readonly Random dice;
    private readonly int events;
    private readonly Telling telling;
    private readonly List<LineEvent>[] lines;
    private readonly List<Chat> chats = [];
    private readonly List<string>[] ticked;

    private StoryTeller(int seed, int lines, int events)
    {
        dice = new Random(seed);
        this.events = events;
        telling = new Telling(dice);
        this.lines = [.. Enumerable.Range(0, lines).Select(_ => new List<LineEvent>())];
        ticked = [.. Enumerable.Range(0, lines).Select(_ => new List<string>())];
        Assemble();
    }

    public static Story Tell(int seed, int lines, int events)
    {
        var teller = new StoryTeller(seed, lines, events);
        while (teller.Told < events - lines)
            teller.Go();
        return new Story(
            seed, [.. Enumerable.Range(0, lines).Select(line => $"+9725090000{line:00}")],
            [.. Enumerable.Range(0, lines).Select(teller.Play)]);
    }

    private int Told => lines.Sum(line => line.Count);

    private void Assemble()
    {
        var people = new List<Person>();
        foreach (var (shown, count) in Crowd)
        {
            for (var index = 0; index < count; index++)
                people.Add(new Person(people.Count, shown) { TurnsAt = 0.3 + 0.4 * dice.NextDouble() });
        }

        // Every fifth person is only met in groups.
        foreach (var person in people.Where((_, number) => number % 5 != 0))
            chats.AddRange(SomeLines().Select(line => new Chat(line, null, [person])));
        for (var group = 0; group < Groups; group++)
        {
            var others = people.OrderBy(_ => dice.Next()).Take(MembersEach);
            Person[] members = [.. people.Where((_, number) => number % 5 == 0).Concat(others).Distinct()];
            chats.AddRange(SomeLines().Select(line => new Chat(line, $"12036300{group}@g.us", members)));
        }
    }

    private IEnumerable<int> SomeLines() => [.. Enumerable.Range(0, lines.Length).OrderBy(_ => dice.Next()).Take(dice.Next(1, 4))];

    private void Go()
    {
        var chat = chats[dice.Next(chats.Count)];
        Turn(chat);
        switch (dice.Next(100))
        {
            case < 62:
                Write(chat);
                break;
            case < 76:
                Tick(chat);
                break;
            case < 96:
                Change(chat);
                break;
            case < 99:
                Tell(chat, telling.Read(chat));
                break;
            default:
                Tell(chat, telling.Named(chat));
                break;
        }
    }

    /// <summary>Two names of somebody become known as one, amid what that person writes.</summary>
    private void Turn(Chat chat)
    {
        if (chat.Members.FirstOrDefault(person => MayTurn(person, chat)) is not { } turning)
            return;
        if (turning.Shown == Shown.PhoneThenLid)
            Tell(chat, telling.Message(chat, turning, fromMe: false, telling.NewId()));
        turning.Turned = true;
        // One message that names both is all that WhatsApp needs to tell.
        if (turning.Shown == Shown.PhoneThenLid)
            Tell(chat, telling.Linked(turning));
        Tell(chat, telling.Message(chat, turning, fromMe: false, telling.NewId()));
    }

    // Two names are linked where one of them is known for certain by then.
    private bool MayTurn(Person person, Chat chat) => !person.Turned && person.TurnsAt * events < Told && person.Shown switch
    {
        Shown.EitherThenBoth => true,
        Shown.PhoneThenLid => !chat.IsGroup && chat.SeenSince < lines[chat.Line].Count - 2 * Window,
        _ => false,
    };

    private void Write(Chat chat)
    {
        var fromMe = dice.Next(10) < 3;
        var announced = fromMe ? chat.AnnouncedOut : chat.AnnouncedIn;
        var id = announced.Count > 0 && dice.Next(2) == 0 ? announced.Dequeue() : telling.NewId();
        var by = chat.Members[dice.Next(chat.Members.Count)];
        // WhatsApp's ids are unique per chat and sender only.
        var borrowed = !fromMe && dice.Next(50) == 0 ? Borrow(chat) : null;
        Tell(chat, telling.Message(chat, by, fromMe, borrowed ?? id));
        if (borrowed is null)
            Remember(chat, new Written(id, fromMe));
    }

    private string? Borrow(Chat chat)
    {
        var other = chats[dice.Next(chats.Count)];
        var strangers = other.Line == chat.Line && !other.Members.Intersect(chat.Members).Any();
        return strangers && other.Written.Find(one => !one.FromMe) is { } taken && chat.Borrowed.Add(taken.Id) ? taken.Id : null;
    }

    private void Tick(Chat chat)
    {
        var pick = dice.Next(10);
        if (pick < 2)
        {
            // The echo may come long after its ticks, or never.
            var id = telling.NewId();
            Tell(chat, telling.Ticks([id]));
            if (dice.Next(4) > 0)
                chat.AnnouncedOut.Enqueue(id);
        }
        else if (ticked[chat.Line] is { Count: > 0 } echoes)
        {
            Tell(chat, telling.Ticks([.. Enumerable.Range(0, dice.Next(1, 4)).Select(_ => echoes[dice.Next(echoes.Count)])]));
        }
    }

    private void Change(Chat chat)
    {
        var target = chat.Written.Count > 0 && dice.Next(6) > 0 ? chat.Written[dice.Next(chat.Written.Count)] : Announce(chat);
        var change = telling.Change(chat, target);
        Tell(chat, change);
        if (!chat.IsGroup && dice.Next(5) == 0)
            Tell(chat, Telling.UnderOtherName(change, chat.Members[0]));
    }

    private Written Announce(Chat chat)
    {
        var unknown = new Written(telling.NewId(), dice.Next(3) == 0);
        if (dice.Next(3) > 0)
            (unknown.FromMe ? chat.AnnouncedOut : chat.AnnouncedIn).Enqueue(unknown.Id);
        return unknown;
    }

    private void Remember(Chat chat, Written written)
    {
        chat.Written.Add(written);
        if (chat.Written.Count > Remembered)
            chat.Written.RemoveAt(0);
        if (written.FromMe)
            ticked[chat.Line].Add(written.Id);
    }

    private void Tell(Chat chat, LineEvent happened)
    {
        if (happened is MessageSeen)
            chat.SeenSince ??= lines[chat.Line].Count;
        lines[chat.Line].Add(happened);
    }

    /// <summary>Twice each, and neither in its place.</summary>
    private List<LineEvent> Play(int line) =>
    [
        .. lines[line].SelectMany((happened, place) => Enumerable.Repeat((happened, place), 2))
            .Select(told => (told.happened, place: told.place + Window * dice.NextDouble()))
            .OrderBy(told => told.place).Select(told => told.happened),
        telling.Goodbye(line),
    ];
}
