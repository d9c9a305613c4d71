using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Ezw.Media;

/// <summary>
/// Names of files as strangers give them, made safe to show, to put in a header and to save on any system. Letters of all scripts
/// stay; what turns, hides or ends a name goes.
/// </summary>
internal static class FileNames
{
    private const string Nameless = "file";
    private const int MaxExtensionLength = 10;

    // The common limit of file systems is 255 bytes; some room stays for " (1)" and the like.
    private const int MaxBytes = 200;

    /// <summary>Names that Windows gives to devices, whatever extension follows.</summary>
    private static readonly FrozenSet<string> Devices = new[] { "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$" }
        .Concat("0123456789¹²³".SelectMany(digit => new[] { $"COM{digit}", $"LPT{digit}" }))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What stands after the last dot, in lower case, if it looks like an extension; else empty.</summary>
    public static string ExtensionOf(string? name)
    {
        var clean = Clean(name);
        var dot = clean.LastIndexOf('.');
        var extension = dot < 0 ? "" : clean[(dot + 1)..];
        return extension.Length is > 0 and <= MaxExtensionLength && extension.All(char.IsAsciiLetterOrDigit)
            ? extension.ToLowerInvariant()
            : "";
    }

    /// <param name="name">Null or empty: a name of our own.</param>
    /// <param name="added">An extension to end in; empty to leave the name as it is.</param>
    public static string Safe(string? name, string added = "")
    {
        var clean = Clean(name);
        if (clean.Length == 0)
            clean = Nameless;
        if (Devices.Contains(clean.Split('.')[0].TrimEnd()))
            clean = "_" + clean;
        var extension = added.Length > 0 ? "." + added : "";
        if (extension.Length == 0 && ExtensionOf(clean) is { Length: > 0 } own)
        {
            extension = clean[^(own.Length + 1)..];
            clean = clean[..^extension.Length];
        }
        return Cut(clean, MaxBytes - extension.Length).TrimEnd('.', ' ') + extension;
    }

    private static string Clean(string? name)
    {
        var last = (name ?? "").Split('/', '\\')[^1];
        var kept = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
            kept.Append(IsDropped(rune) ? "" : IsReplaced(rune) ? "_" : rune.ToString());
        return kept.ToString().Trim().TrimStart('.').TrimEnd('.', ' ').TrimStart();
    }

    // A lone half of a surrogate pair is enumerated as the replacement character.
    private static bool IsDropped(Rune rune) => rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        // Marks of direction, joiners and byte order marks; the joiners that Persian and emoji are written with stay.
        UnicodeCategory.Format => rune.Value is not (0x200C or 0x200D),
        UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
        _ => false,
    };

    private static bool IsReplaced(Rune rune) => rune.Value is '<' or '>' or ':' or '"' or '|' or '?' or '*' or '%' or ';' or '\'' or '`';

    private static string Cut(string text, int maxBytes)
    {
        var bytes = 0;
        var length = 0;
        foreach (var element in StringInfo.GetTextElementEnumerator(text).Elements())
        {
            bytes += Encoding.UTF8.GetByteCount(element);
            if (bytes > maxBytes)
                break;
            length += element.Length;
        }
        return text[..length];
    }

    private static IEnumerable<string> Elements(this TextElementEnumerator elements)
    {
        while (elements.MoveNext())
            yield return elements.GetTextElement();
    }
}
