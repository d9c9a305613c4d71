namespace Ezw.ChatExports;

/// <summary>
/// The marks of direction that WhatsApp strews over exports, and its unusual spaces. Joiners (U+200C, U+200D) are not among them:
/// they are part of Persian words and of emoji.
/// </summary>
internal static class Invisible
{
    public static bool IsMark(char c) =>
        c is '\u200b' or '\u200e' or '\u200f' or '\u061c' or '\u2060' or '\ufeff'
            or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');

    public static bool IsSpace(char c) => c is ' ' or '\u00a0' or '\u202f' or '\u2009';

    /// <summary>The text without marks, with plain spaces and hyphens, and without a margin.</summary>
    public static string Plain(ReadOnlySpan<char> text)
    {
        Span<char> kept = text.Length <= 512 ? stackalloc char[text.Length] : new char[text.Length];
        var count = 0;
        foreach (var c in text)
        {
            if (!IsMark(c))
                kept[count++] = IsSpace(c) ? ' ' : c == '\u2011' ? '-' : c;
        }
        return kept[..count].Trim().ToString();
    }

    public static ReadOnlySpan<char> WithoutLead(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && IsMark(text[0]))
            text = text[1..];
        return text;
    }
}
