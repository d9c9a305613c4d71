using System.Text;

namespace Ezw.Inbox.Search;

/// <summary>
/// The words of a text, folded so that writing differently finds the same; both databases index what is made here, so that they find the
/// same too. Hebrew words are also indexed without their prefixes (the, and, in, to, …), numbers by their endings, so that a part of a
/// phone number finds it. A query finds every indexed word that begins with its words.
/// </summary>
internal static class SearchWords
{
    /// <summary>Letters of a word beyond these say nothing more, to the index and to the query alike.</summary>
    private const int MaxLetters = 40;

    /// <summary>Keeps the words of one message far below PostgreSQL's megabyte for a tsvector.</summary>
    private const int MaxForms = 5_000;

    private const int MinTerm = 2;
    private const int MaxPrefix = 3;
    private const int MinStem = 2;
    private const int MinDigits = 4;
    private const int MaxGap = 2;

    /// <summary>Shorter runs of digits are amounts and dates, longer ones no telephone numbers (E.164 has at most 15).</summary>
    private const int MinPhone = 7;
    private const int MaxPhone = 15;

    private const string HebrewPrefixes = "והבלכמש";
    private const string Apostrophes = "'’׳`´";
    private const string DoubleQuotes = "\"״”“";
    private const string PhoneGaps = " -.()/\u00a0\u2011\u2013";

    /// <summary>The words as they stand in the text.</summary>
    public static List<FoundWord> Find(string text)
    {
        var words = new List<FoundWord>();
        for (var i = 0; i < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
            if (!LetterFolds.IsWord(rune))
            {
                i += length;
                continue;
            }
            var end = EndOf(text, i);
            if (Fold(text.AsSpan(i, end - i)) is { Length: > 0 } folded)
                words.Add(new FoundWord(i, end - i, folded));
            i = end;
        }
        return words;
    }

    /// <summary>Everything under which the text shall be found.</summary>
    public static IReadOnlyCollection<string> ToIndex(string text)
    {
        var forms = new HashSet<string>();
        var words = Find(text);
        foreach (var form in words.SelectMany(word => FormsOf(text, word)).Concat(Phones(text, words)))
        {
            forms.Add(form);
            if (forms.Count == MaxForms)
                break;
        }
        return forms;
    }

    /// <summary>The words that a query asks for; all of them must be found. Single letters ask for nothing.</summary>
    public static IReadOnlyList<string> ToFind(string query) =>
        [.. Find(query).Select(word => word.Folded).Where(word => word.Length >= MinTerm || char.IsAsciiDigit(word[0])).Distinct()];

    /// <summary>Whether a query for the term finds the word.</summary>
    public static bool Matches(string text, FoundWord word, string term) =>
        FormsOf(text, word).Any(form => form.StartsWith(term, StringComparison.Ordinal));

    /// <summary>A telephone number under the endings of its digits.</summary>
    public static IEnumerable<string> EndingsOf(string digits) =>
        Enumerable.Range(0, Math.Max(1, digits.Length - MinDigits + 1)).Select(start => digits[start..]);

    private static IEnumerable<string> FormsOf(string text, FoundWord word)
    {
        yield return word.Folded;
        foreach (var stem in StemsOf(word.Folded))
            yield return stem;
        if (IsPhone(word.Folded))
        {
            foreach (var ending in EndingsOf(word.Folded))
                yield return ending;
        }
        // L'hôtel is found by hotel too.
        var raw = text.AsSpan(word.Start, word.Length);
        if (raw.IndexOfAny(Apostrophes) < 0 && raw.IndexOfAny(DoubleQuotes) < 0)
            yield break;
        foreach (var part in raw.ToString().Split([.. Apostrophes, .. DoubleQuotes]).Select(part => Fold(part)).Where(p => p.Length >= MinTerm))
            yield return part;
    }

    private static IEnumerable<string> StemsOf(string word)
    {
        for (var cut = 1; cut <= MaxPrefix && word.Length - cut >= MinStem; cut++)
        {
            if (!HebrewPrefixes.Contains(word[cut - 1], StringComparison.Ordinal) || !IsHebrew(word[cut]))
                yield break;
            yield return word[cut..];
        }
    }

    /// <summary>Numbers written in groups, as one number.</summary>
    private static IEnumerable<string> Phones(string text, List<FoundWord> words)
    {
        for (var first = 0; first < words.Count; first++)
        {
            var digits = words[first].Folded;
            var next = first + 1;
            while (next < words.Count && IsDigits(digits) && IsDigits(words[next].Folded) && digits.Length <= MaxPhone
                && IsGap(text, words[next - 1], words[next]))
                digits += words[next++].Folded;
            if (next == first + 1)
                continue;
            first = next - 1;
            foreach (var ending in IsPhone(digits) ? EndingsOf(digits) : [])
                yield return ending;
        }
    }

    private static bool IsGap(string text, FoundWord left, FoundWord right)
    {
        var gap = text.AsSpan(left.Start + left.Length, right.Start - left.Start - left.Length);
        return gap.Length is > 0 and <= MaxGap && !gap.ContainsAnyExcept(PhoneGaps);
    }

    private static bool IsPhone(string word) => word.Length is >= MinPhone and <= MaxPhone && IsDigits(word);

    private static bool IsDigits(string word) => word.All(char.IsAsciiDigit);

    private static bool IsHebrew(char letter) => letter is >= 'א' and <= 'ת';

    private static string Fold(ReadOnlySpan<char> word)
    {
        var folded = LetterFolds.Fold(word);
        if (folded.Length <= MaxLetters)
            return folded;
        return folded[..(char.IsHighSurrogate(folded[MaxLetters - 1]) ? MaxLetters - 1 : MaxLetters)];
    }

    /// <summary>Quotes and apostrophes stay in a word between its letters: צה"ל, צ'יפס, don't.</summary>
    private static int EndOf(string text, int start)
    {
        var end = start;
        Rune before = default;
        while (end < text.Length)
        {
            Rune.DecodeFromUtf16(text.AsSpan(end), out var rune, out var length);
            if (!LetterFolds.IsWord(rune) && !IsInvisible(rune) && !Joins(text, end, before))
                break;
            end += length;
            before = LetterFolds.IsWord(rune) ? rune : before;
        }
        return end;
    }

    private static bool Joins(string text, int at, Rune before)
    {
        var single = Apostrophes.Contains(text[at], StringComparison.Ordinal);
        if (!single && !DoubleQuotes.Contains(text[at], StringComparison.Ordinal) || at + 1 >= text.Length)
            return false;
        Rune.DecodeFromUtf16(text.AsSpan(at + 1), out var after, out _);
        return single
            ? Rune.IsLetter(after)
            : before.Value is >= 0x591 and <= 'ת' && after.Value is >= 'א' and <= 'ת';
    }

    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format;
}

/// <param name="Start">In UTF-16 units, as JavaScript and .NET count.</param>
/// <param name="Folded">What it is compared by.</param>
internal sealed record FoundWord(int Start, int Length, string Folded);
