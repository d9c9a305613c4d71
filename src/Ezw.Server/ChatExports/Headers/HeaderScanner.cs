using System.Globalization;

namespace Ezw.ChatExports.Headers;

/// <summary>
/// Reads the header of a line by hand: a pattern for all languages would be slow on long lines and unreadable at any length. Marks of
/// direction may stand anywhere, digits may be of any script.
/// </summary>
internal ref struct HeaderScanner
{
    /// <summary>"p. m." with marks around it is the longest word seen.</summary>
    private const int MaxWord = 16;

    /// <summary>WhatsApp began in 2009; what is older or far ahead is a number, not a year.</summary>
    private const int FirstYear = 2009;

    private const int LastYear = 2099;
    private const int Century = 2000;

    private readonly ReadOnlySpan<char> line;
    private int at;

    private HeaderScanner(ReadOnlySpan<char> line) => this.line = line;

    /// <summary>The header that the line begins with, or null when it is text.</summary>
    public static Header? Read(ReadOnlySpan<char> line) => new HeaderScanner(line).Read();

    private Header? Read()
    {
        var bracketed = Take('[');
        if (!Date(out var separator, out var a, out var b, out var c, out var digits))
            return null;
        var comma = Take(',') ? ',' : Take('،') ? '،' : '\0';
        var before = Word(untilDigit: true);
        if (before.Length == 0 || !Time(out var timeSeparator, out var hour, out var minute, out var second))
            return null;
        var after = Word(untilDigit: false);
        if (Enclose(bracketed, second >= 0) is not { } enclosure || Half(before, after) is not var (clock, late))
            return null;
        hour = clock == Clock.Hours24 ? hour : DayHalf.Hour(hour, late);
        var yearFirst = digits.First > 2;
        var (year, first, next) = yearFirst ? (a, b, c) : (c, a, b);
        var yearDigits = yearFirst ? digits.First : digits.Last;
        year += yearDigits == 2 ? Century : 0;
        var shape = new HeaderShape(enclosure, separator, yearFirst, yearDigits, comma, timeSeparator, second >= 0, clock);
        var sound = yearDigits is 2 or 4 && year is >= FirstYear and <= LastYear && first is >= 1 and <= 31 && next is >= 1 and <= 31
            && hour <= 23 && minute <= 59 && second <= 59;
        return sound ? new Header(shape, year, first, next, hour, minute, Math.Max(second, 0), at) : null;
    }

    private bool Date(out char separator, out int a, out int b, out int c, out (int First, int Last) digits)
    {
        (separator, b, c, digits) = ('\0', 0, 0, default);
        if (!Number(4, out a, out digits.First))
            return false;
        separator = Peek();
        if (separator is not ('/' or '.' or '-'))
            return false;
        if (!Next(separator) || !Number(2, out b, out _) || !Next(separator) || !Number(4, out c, out digits.Last))
            return false;
        if (separator == '.')
            Take('.');
        return true;
    }

    private bool Time(out char separator, out int hour, out int minute, out int second)
    {
        (separator, minute, second) = ('\0', 0, -1);
        if (!Number(2, out hour, out _))
            return false;
        separator = Peek();
        if (separator is not (':' or '.') || !Take(separator) || !Number(2, out minute, out var digits) || digits != 2)
            return false;
        var end = at;
        if (Take(separator) && Number(2, out second, out digits) && digits == 2)
            return true;
        (at, second) = (end, -1);
        return true;
    }

    private static (Clock Clock, bool Late)? Half(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        if (!DayHalf.IsJoint(before))
            return DayHalf.IsBlank(after) && DayHalf.Read(before) is { } half ? (Clock.WordBefore, half) : null;
        return DayHalf.IsBlank(after) ? (Clock.Hours24, false) : DayHalf.Read(after) is { } late ? (Clock.WordAfter, late) : null;
    }

    /// <summary>What stands before the time, or between the time and the end of the header; the latter may be empty.</summary>
    private ReadOnlySpan<char> Word(bool untilDigit)
    {
        var start = at;
        for (; at < line.Length && at - start <= MaxWord; at++)
        {
            if (untilDigit ? CharUnicodeInfo.GetDecimalDigitValue(line[at]) >= 0 : line[at] is ']' or ':' || IsDash())
                return line[start..at];
        }
        at = line.Length;
        return [];
    }

    private readonly bool IsDash() =>
        line[at] is '-' or '–' && at > 0 && at + 1 < line.Length && Invisible.IsSpace(line[at - 1]) && Invisible.IsSpace(line[at + 1]);

    private Enclosure? Enclose(bool bracketed, bool seconds)
    {
        if (at >= line.Length)
            return null;
        var end = line[at++];
        Enclosure? enclosure = (bracketed, end) switch
        {
            (true, ']') => Enclosure.Brackets,
            (false, '-' or '–') => Enclosure.Dash,
            (false, ':') when seconds => Enclosure.Colon,
            _ => null,
        };
        if (at < line.Length && !Invisible.IsSpace(line[at]))
            return null;
        at = Math.Min(at + 1, line.Length);
        return enclosure;
    }

    private bool Number(int maxDigits, out int value, out int digits)
    {
        SkipMarks();
        (value, digits) = (0, 0);
        for (; at < line.Length && CharUnicodeInfo.GetDecimalDigitValue(line[at]) is >= 0 and var digit; at++)
        {
            if (++digits > maxDigits)
                return false;
            value = value * 10 + digit;
        }
        return digits > 0;
    }

    private char Peek()
    {
        SkipMarks();
        return at < line.Length ? line[at] : '\0';
    }

    private bool Take(char wanted)
    {
        if (Peek() != wanted)
            return false;
        at++;
        return true;
    }

    // Some languages write "31. 12. 2023".
    private bool Next(char separator)
    {
        var found = Take(separator);
        while (found && at < line.Length && Invisible.IsSpace(line[at]))
            at++;
        return found;
    }

    private void SkipMarks()
    {
        while (at < line.Length && Invisible.IsMark(line[at]))
            at++;
    }
}
