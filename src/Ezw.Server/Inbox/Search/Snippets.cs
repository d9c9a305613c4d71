using System.Globalization;
using Ezw.Client;

namespace Ezw.Inbox.Search;

/// <summary>Cuts out of a message the part that was looked for.</summary>
internal static class Snippets
{
    private const int MaxLength = 160;

    /// <summary>How much stands before the first word found, when the text is too long to be shown whole.</summary>
    private const int Before = 40;

    public static Snippet Of(IReadOnlyList<string> texts, IReadOnlyList<string> terms)
    {
        foreach (var text in texts)
        {
            var words = SearchWords.Find(text).Where(word => terms.Any(term => SearchWords.Matches(text, word, term))).ToList();
            if (words.Count > 0)
                return Around(text, words);
        }
        return Around(texts.FirstOrDefault(text => text.Length > 0) ?? "", []);
    }

    private static Snippet Around(string text, List<FoundWord> words)
    {
        var first = words.Count > 0 && text.Length > MaxLength ? Math.Max(0, words[0].Start - Before) : 0;
        var start = Boundary(text, first);
        var end = Boundary(text, Math.Min(text.Length, start + MaxLength));
        return new Snippet(text[start..end], [.. words.Where(word => word.Start >= start && word.Start + word.Length <= end)
            .Select(word => new Highlight(word.Start - start, word.Length))]);
    }

    /// <summary>The last place not behind this one that is not inside a character.</summary>
    private static int Boundary(string text, int wanted)
    {
        var from = Math.Max(0, wanted - MaxLength);
        if (from > 0 && char.IsLowSurrogate(text[from]))
            from++;
        var place = from;
        while (place < wanted && place + StringInfo.GetNextTextElementLength(text, place) is var next && next <= wanted)
            place = next;
        return place;
    }
}
