namespace Ezw.Inbox.Working;

/// <summary>What people may write into names and longer texts. No database keeps a NUL the way it came, so none is taken.</summary>
internal static class WorkText
{
    public static bool IsName(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Trim().Length <= max && !text.Any(char.IsControl);

    public static bool IsBody(string? text, int max) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= max && !text.Contains('\0', StringComparison.Ordinal);
}
