using System.Globalization;
using System.Text;
using Ezw.Client;

namespace Ezw.Inbox.Reading;

/// <summary>What a list shows of a message: one line that never ends inside a character.</summary>
internal static class Preview
{
    public const int MaxLength = 120;

    public static string? Of(string? body, MessageContentView? content, string? fileName) =>
        new[] { body, Words(content), fileName }.Select(text => text is null ? "" : Shorten(text)).FirstOrDefault(text => text.Length > 0);

    /// <summary>Runs of white space become one space.</summary>
    public static string Shorten(string text)
    {
        var line = new StringBuilder(MaxLength);
        var pending = false;
        for (var start = 0; start < text.Length;)
        {
            var length = StringInfo.GetNextTextElementLength(text, start);
            var blank = char.IsWhiteSpace(text[start]) || char.IsControl(text[start]);
            if (!blank && line.Length + (pending ? 1 : 0) + length > MaxLength)
                break;
            if (!blank)
                line.Append(pending ? " " : "").Append(text, start, length);
            pending = blank && line.Length > 0;
            start += length;
        }
        return line.ToString();
    }

    private static string? Words(MessageContentView? content) => content switch
    {
        { Location: { } place } => place.Name ?? place.Address,
        { Contacts: { } cards } => string.Join(", ", cards.Select(card => card.Name)),
        { Poll: { } poll } => poll.Question,
        _ => null,
    };
}
