using Ezw.Providers;

namespace Ezw.Tests.EndToEnd;

/// <summary>By which names WhatsApp shows a person in the course of a story.</summary>
internal enum Shown
{
    ByPhone,
    ByLid,
    ByBoth,

    /// <summary>By the number at first, by the LID after WhatsApp linked the two.</summary>
    PhoneThenLid,

    /// <summary>By either of them at first, by both later.</summary>
    EitherThenBoth,

    /// <summary>By either of them, and nobody ever says that the two are one.</summary>
    EitherForEver,
}

/// <summary>Somebody who writes, alone or in groups.</summary>
internal sealed class Person(int number, Shown shown)
{
    public string Phone { get; } = $"+97252110{number:0000}";

    public string Lid { get; } = $"88{number:0000}7000@lid";

    public string Name { get; set; } = $"Person {number}";

    public Shown Shown => shown;

    /// <summary>When the names become known as one, as a share of the story.</summary>
    public double TurnsAt { get; init; }

    public bool Turned { get; set; }

    public ChatAddress Address(Random dice) => shown switch
    {
        Shown.ByPhone => new(Phone, null),
        Shown.ByLid => new(null, Lid),
        Shown.ByBoth => new(Phone, Lid),
        Shown.PhoneThenLid => Turned ? new(null, Lid) : new(Phone, null),
        Shown.EitherThenBoth when Turned => new(Phone, Lid),
        _ => dice.Next(2) == 0 ? new(Phone, null) : new(null, Lid),
    };
}

/// <summary>A line's chat with a person or a group, as the story remembers it.</summary>
/// <param name="Members">The person alone, or everybody in the group.</param>
internal sealed record Chat(int Line, string? GroupId, IReadOnlyList<Person> Members)
{
    /// <summary>What was written here and can be edited, deleted, quoted and reacted to.</summary>
    public List<Written> Written { get; } = [];

    /// <summary>What was edited, deleted or ticked before anybody wrote it; the next messages take these ids.</summary>
    public Queue<string> AnnouncedIn { get; } = new();

    public Queue<string> AnnouncedOut { get; } = new();

    /// <summary>Ids that another chat of the line has used before.</summary>
    public HashSet<string> Borrowed { get; } = [];

    /// <summary>Where the line's story was when this chat first appeared in it; null before.</summary>
    public int? SeenSince { get; set; }

    public bool IsGroup => GroupId is not null;

    public ChatAddress Address(Random dice) => GroupId is null ? Members[0].Address(dice) : new(null, null, GroupId);
}

internal sealed record Written(string Id, bool FromMe);
