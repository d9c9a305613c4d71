using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Ezw.Inbox.Search;

/// <summary>
/// Makes letters that people take for the same the same: small letters without accents, points and vowel signs, no final forms, plain
/// digits. The table is Unicode's own compatibility decomposition (UnicodeData.txt, NFKD) with the marks left out, because the runtime
/// does not normalise in invariant globalization.
/// </summary>
internal static class LetterFolds
{
    private static readonly FrozenDictionary<char, string> Table = Read();

    /// <summary>What a word means. Marks, joiners and invisible characters are gone.</summary>
    public static string Fold(ReadOnlySpan<char> word)
    {
        var folded = new StringBuilder(word.Length);
        foreach (var rune in word.EnumerateRunes())
        {
            if (IsMark(rune) || !IsWord(rune))
                continue;
            if (CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0) is >= 0 and var digit)
                folded.Append((char)('0' + digit));
            else
                Append(folded, Rune.ToLowerInvariant(rune));
        }
        return folded.ToString();
    }

    /// <summary>Letters, digits and what belongs to the letter before it.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.OtherNumber
        and not UnicodeCategory.EnclosingMark;

    /// <summary>Says how a letter sounds, or looks, and not which it is: accents, niqqud and cantillation, Arabic vowels.</summary>
    private static bool IsMark(Rune rune) => rune.Value is (>= 0x300 and <= 0x36F) or (>= 0x591 and <= 0x5C7) or (>= 0x610 and <= 0x61A)
        or (>= 0x64B and <= 0x65F) or 0x670 or (>= 0x1AB0 and <= 0x1AFF) or (>= 0x1DC0 and <= 0x1DFF) or (>= 0x20D0 and <= 0x20F0);

    private static void Append(StringBuilder folded, Rune rune)
    {
        if (rune.IsBmp && Table.TryGetValue((char)rune.Value, out var plain))
            folded.Append(plain);
        else
            folded.Append(rune.ToString());
    }

    /// <summary>Entries stand between white space: a letter, and what it becomes.</summary>
    private static FrozenDictionary<char, string> Read()
    {
        using var reader = new StreamReader(typeof(LetterFolds).Assembly.GetManifestResourceStream("Ezw.Inbox.Search.folds.txt")!);
        return reader.ReadToEnd().Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .ToFrozenDictionary(entry => entry[0], entry => entry[1..]);
    }
}
