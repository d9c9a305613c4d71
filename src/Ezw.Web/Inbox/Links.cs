using System.Text.RegularExpressions;

namespace Ezw.Web.Inbox;

/// <summary>Addresses within text. Only http and https become links.</summary>
internal static partial class Links
{
    public static IEnumerable<(string Text, string? Href)> In(string text)
    {
        var from = 0;
        foreach (Match match in Address().Matches(text))
        {
            var address = match.Value.TrimEnd('.', ',', ')', ']', '!', '?', ';', ':', '"', '\'');
            if (Safe(address) is not { } href)
                continue;
            if (match.Index > from)
                yield return (text[from..match.Index], null);
            yield return (address, href);
            from = match.Index + address.Length;
        }
        if (from < text.Length)
            yield return (text[from..], null);
    }

    /// <summary>Null when it is no web address.</summary>
    public static string? Safe(string address) =>
        Uri.TryCreate(
            address.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? $"https://{address}" : address, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            ? url.AbsoluteUri
            : null;

    [GeneratedRegex(@"(https?://|www\.)[^\s<>]+", RegexOptions.IgnoreCase)]
    private static partial Regex Address();
}
