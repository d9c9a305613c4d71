using System.Collections.Frozen;
using System.Globalization;

namespace Ezw.ChatExports.Headers;

/// <summary>The words of 12-hour clocks, and the words that merely join a date to a time.</summary>
internal static class DayHalf
{
    private static readonly FrozenDictionary<string, bool> Words = new Dictionary<string, bool>
    {
        ["am"] = false, ["pm"] = true,
        ["לפנהצ"] = false, ["אחהצ"] = true, ["בבוקר"] = false, ["בערב"] = true,
        ["ص"] = false, ["م"] = true, ["صباحا"] = false, ["مساء"] = true,
        ["قظ"] = false, ["بظ"] = true, ["قبلازظهر"] = false, ["بعدازظهر"] = true,
        ["πμ"] = false, ["μμ"] = true,
        ["öö"] = false, ["ös"] = true,
        ["fm"] = false, ["em"] = true,
        ["ap"] = false, ["ip"] = true,
        ["sa"] = false, ["ch"] = true,
        ["de"] = false, ["du"] = true,
        ["vorm"] = false, ["nachm"] = true,
        ["dop"] = false, ["odp"] = true,
        ["дп"] = false, ["пп"] = true,
        ["पूर्वाह्न"] = false, ["अपराह्न"] = true,
        ["上午"] = false, ["凌晨"] = false, ["早上"] = false, ["中午"] = true, ["下午"] = true, ["晚上"] = true,
        ["午前"] = false, ["午後"] = true,
        ["오전"] = false, ["오후"] = true,
    }.ToFrozenDictionary();

    private static readonly FrozenSet<string> Joints =
        FrozenSet.Create("", "klo", "kl", "at", "um", "à", "alle", "alas", "às", "om", "o", "в", "בשעה", "في", "ساعت");

    /// <summary>True for the second half of the day; null for a word that names no half.</summary>
    public static bool? Read(ReadOnlySpan<char> word) => Words.TryGetValue(Letters(word), out var late) ? late : null;

    public static bool IsJoint(ReadOnlySpan<char> word) => Joints.Contains(Letters(word));

    public static int Hour(int hour, bool late) => hour > 12 ? hour : hour % 12 + (late ? 12 : 0);

    public static bool IsBlank(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (!Invisible.IsSpace(c) && !Invisible.IsMark(c))
                return false;
        }
        return true;
    }

    // "p. m.", "P.M." and "אחה״צ" differ in points, spaces and quotes from phone to phone. What has other signs is no word: "?".
    private static string Letters(ReadOnlySpan<char> word)
    {
        Span<char> letters = stackalloc char[word.Length];
        var count = 0;
        foreach (var c in word)
        {
            if (char.IsLetter(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
                letters[count++] = char.ToLowerInvariant(c);
            else if (!Invisible.IsSpace(c) && !Invisible.IsMark(c) && c is not ('.' or '"' or '״' or '׳' or '\'' or '’'))
                return "?";
        }
        return letters[..count].ToString();
    }
}
