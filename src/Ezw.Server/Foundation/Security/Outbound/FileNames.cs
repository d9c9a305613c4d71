using System.Globalization;
using System.Net.Http.Headers;

namespace Ezw.Foundation.Security.Outbound;

/// <summary>The name of a downloaded file, made harmless: no folders, no control or direction marks, not endless.</summary>
internal static class FileNames
{
    private const int MaxLength = 255;

    public static string? Of(HttpContentHeaders headers, Uri address)
    {
        var declared = headers.ContentDisposition;
        return Clean(declared?.FileNameStar) ?? Clean(declared?.FileName?.Trim('"')) ?? Clean(Uri.UnescapeDataString(address.Segments[^1]));
    }

    private static string? Clean(string? name)
    {
        var last = name?[(name.LastIndexOfAny(['/', '\\']) + 1)..] ?? "";
        var clean = string.Concat(last.Where(IsHarmless)).Trim().TrimStart('.');
        return clean.Length == 0 ? null : Shorten(clean);
    }

    // Format characters turn the reading direction: photo_gpj.exe that reads as photo_exe.jpg.
    private static bool IsHarmless(char letter) =>
        !char.IsControl(letter) && char.GetUnicodeCategory(letter) != UnicodeCategory.Format && !"<>:\"|?*".Contains(letter);

    private static string Shorten(string name)
    {
        if (name.Length <= MaxLength)
            return name;
        var extension = Path.GetExtension(name);
        return extension.Length is > 0 and < MaxLength ? name[..(MaxLength - extension.Length)] + extension : name[..MaxLength];
    }
}
