namespace Ezw.ChatExports.Headers;

/// <summary>
/// What stays the same in all headers of one file: a phone writes them in one language and one format. A line of any other shape is
/// text, such as a piece of another chat that somebody pasted.
/// </summary>
/// <param name="Comma">What stands between date and time besides space, or U+0000.</param>
internal readonly record struct HeaderShape(
    Enclosure Enclosure, char DateSeparator, bool YearFirst, int YearDigits, char Comma, char TimeSeparator, bool Seconds, Clock Clock);

/// <summary>Bracketed as iPhones write (<c>[…] </c>), dashed as Android does (<c>… - </c>), or the colon of iPhones before 2018.</summary>
internal enum Enclosure { Brackets, Dash, Colon }

/// <summary>Whether the time has a word for the half of the day, and on which side.</summary>
internal enum Clock { Hours24, WordAfter, WordBefore }
