namespace Ezw.ChatExports.Archives;

/// <summary>What the names inside an archive, and the names that messages state, may be: plain names of files, never places.</summary>
internal static class EntryName
{
    private const int MaxName = 255;

    /// <summary>The last part of an entry's path; null when the path leads out of the archive or is no name for a file.</summary>
    public static string? FileName(string path)
    {
        var parts = path.Split('/', '\\');
        return Array.Exists(parts, part => part is "" or "." or ".." or "__MACOSX") || path.Contains(':', StringComparison.Ordinal)
            ? null
            : IsPlain(parts[^1]) ? parts[^1] : null;
    }

    public static bool IsPlain(string name) =>
        name.Length is > 0 and <= MaxName && name is not ("." or "..") && !name.Any(IsForbidden);

    private static bool IsForbidden(char c) => char.IsControl(c) || Invisible.IsMark(c) || c is '/' or '\\' or ':';
}
