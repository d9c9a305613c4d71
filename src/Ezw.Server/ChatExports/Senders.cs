using Ezw.ChatExports.Bodies;

namespace Ezw.ChatExports;

/// <summary>
/// Finds where the sender ends. A name may itself hold a colon, which nothing in one line tells; over a whole file, a longer name that
/// stands in every line of the shorter one is the name.
/// </summary>
internal sealed class Senders
{
    /// <summary>Members of the largest group, and those who left it. Further names are still read, but not counted.</summary>
    private const int MaxSenders = 4_096;

    /// <summary>WhatsApp allows 100 characters for a group and 25 for a name; contacts of the phone may be longer.</summary>
    private const int MaxName = 128;

    private const int MaxLongerNames = 3;

    /// <summary>Fewer lines may begin with the same word by chance.</summary>
    private const int EnoughLines = 5;

    private const string Separator = ": ";

    private readonly Dictionary<string, Tally> tallies = new(StringComparer.Ordinal);
    private Dictionary<string, string> longNames = new(StringComparer.Ordinal);

    public IReadOnlyList<ExportedParticipant> Participants { get; private set; } = [];

    /// <param name="line">A line's text after the header.</param>
    public void Add(string line)
    {
        if (End(line) is not { } end || Announces(line, end))
            return;
        var name = line[..end];
        if (!tallies.TryGetValue(name, out var tally))
        {
            if (tallies.Count >= MaxSenders)
                return;
            tallies[name] = tally = new Tally { Longer = [.. Longer(line, end)] };
        }
        tally.Lines++;
        tally.Longer.RemoveAll(longer => !IsName(line, longer));
    }

    /// <summary>Settles the names, when every line was added.</summary>
    public void Close(string? title)
    {
        longNames = tallies.Where(tally => IsLong(tally.Value, title))
            .ToDictionary(tally => tally.Key, tally => tally.Value.Longer[^1], StringComparer.Ordinal);
        Participants =
        [
            .. tallies.GroupBy(tally => Invisible.Plain(longNames.GetValueOrDefault(tally.Key, tally.Key)), tally => tally.Value.Lines)
                .Select(lines => new ExportedParticipant(lines.Key, lines.Sum()))
                .OrderByDescending(participant => participant.Messages).ThenBy(participant => participant.Sender, StringComparer.Ordinal),
        ];
    }

    /// <summary>The sender, or null for a line of WhatsApp's own, and what was said.</summary>
    public (string? Sender, string Body) Split(string line)
    {
        if (End(line) is not { } end)
            return (null, line);
        if (longNames.TryGetValue(line[..end], out var longer) && IsName(line, longer))
            end = longer.Length;
        return (Invisible.Plain(line.AsSpan(0, end)), line[Math.Min(end + Separator.Length, line.Length)..]);
    }

    // Editors cut the space from the end of an empty message, so that a name may also end the line with its colon.
    private static int? End(string line)
    {
        var end = line.IndexOf(Separator, StringComparison.Ordinal);
        if (end < 0 && line.EndsWith(':'))
            end = line.Length - 1;
        return end > 0 && end <= MaxName && !SystemWording.IsNaming(line.AsSpan(0, end)) && Invisible.Plain(line.AsSpan(0, end)).Length > 0
            ? end
            : null;
    }

    private static bool IsName(string line, string name)
    {
        var after = line.StartsWith(name, StringComparison.Ordinal) ? line.AsSpan(name.Length) : [];
        return after.StartsWith(Separator) || after is ":";
    }

    private static bool Announces(string line, int end) =>
        SystemWording.IsSystem(line[Math.Min(end + Separator.Length, line.Length)..]);

    // What WhatsApp writes after a name also holds colons: <attached: …>, location: https://….
    private static IEnumerable<string> Longer(string line, int end)
    {
        for (var count = 0; count < MaxLongerNames; count++)
        {
            end = line.IndexOf(Separator, end + 1, StringComparison.Ordinal);
            if (end < 0 || end > MaxName || line.AsSpan(0, end).ContainsAny('<', '\u200e') || line.AsSpan(end).StartsWith(": http"))
                yield break;
            yield return line[..end];
        }
    }

    // A file's name cannot hold a colon; phones leave it out or write another sign.
    private static bool IsLong(Tally tally, string? title) => tally.Longer.Count > 0
        && (tally.Lines >= EnoughLines || title is not null && Letters(tally.Longer[^1]) == Letters(title));

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit));

    private sealed class Tally
    {
        public int Lines { get; set; }

        public required List<string> Longer { get; init; }
    }
}
