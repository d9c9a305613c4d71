using Ezw.ChatExports.Archives;

namespace Ezw.ChatExports.Bodies;

/// <summary>
/// Tells files, places, polls, calls and deleted messages from text. What is not recognised for certain stays the text that it is.
/// </summary>
/// <param name="isIncluded">Whether a file of that name came along; it then needs no word that we know.</param>
internal sealed class BodyReader(Func<string, bool> isIncluded)
{
    /// <summary>The longest word before a file's name, <c>pièce jointe</c>, and what stands in its place in other languages.</summary>
    private const int MaxWord = 40;

    private const string Map = "https://maps.google.com/?q=";

    public Body Read(string written, bool hasSender)
    {
        if (!hasSender)
            return new Body(ExportedKind.System, Lead(written));
        var text = WithoutEditedMark(written, out var edited);
        var (first, below) = SplitLine(text);
        var plain = Invisible.Plain(first);
        return (Tagged(text) ?? Attached(plain, below) ?? Omitted(first, plain, below) ?? Other(text, plain)) with { IsEdited = edited };
    }

    private static Body Other(string text, string plain)
    {
        if (Wording.IsDeleted(plain))
            return new Body(ExportedKind.Deleted, "");
        if (Wording.IsLiveLocation(plain))
            return new Body(ExportedKind.LiveLocation, "");
        if (plain.Contains(Map, StringComparison.Ordinal) && IsLocation(plain))
            return new Body(ExportedKind.Location, plain[plain.IndexOf(Map, StringComparison.Ordinal)..]);
        if (Wording.IsPoll(plain) && text.Contains('\n', StringComparison.Ordinal))
            return new Body(ExportedKind.Poll, string.Join('\n', text.Split('\n').Select(line => Lead(line))));
        if (Wording.IsCall(plain))
            return new Body(ExportedKind.Call, plain);
        return SystemWording.IsSystem(text) ? new Body(ExportedKind.System, Lead(text)) : new Body(ExportedKind.Text, text);
    }

    // "location: https://maps.google.com/?q=32.1,34.8", the word in any language.
    private static bool IsLocation(string plain)
    {
        var word = plain[..plain.IndexOf(Map, StringComparison.Ordinal)].TrimEnd();
        var place = plain[(plain.IndexOf(Map, StringComparison.Ordinal) + Map.Length)..];
        return word.Length <= MaxWord && word.EndsWith(':') && place.All(c => char.IsAsciiDigit(c) || c is '.' or ',' or '-');
    }

    // iPhone: <attached: 00000012-PHOTO-2023-12-31-23-59-58.jpg>, after a caption or the document's title.
    private Body? Tagged(string text)
    {
        var open = text.LastIndexOf('<');
        if (open < 0)
            return null;
        var close = text.IndexOf('>', open);
        var colon = text.IndexOf(':', open);
        if (close < 0 || colon < 0 || colon > close || colon - open > MaxWord)
            return null;
        var name = Invisible.Plain(text.AsSpan(colon + 1, close - colon - 1));
        var word = Invisible.Plain(text.AsSpan(open + 1, colon - open - 1));
        var known = EntryName.IsPlain(name) && AttachmentKind.HasEnding(name) && (Wording.IsAttached(word) || isIncluded(name));
        if (!known || Invisible.Plain(text.AsSpan(close + 1)).Length > 0)
            return null;
        var kind = AttachmentKind.Of(name);
        var caption = text[..open].TrimEnd(' ', '\n', '\u200e', '\u200f');
        return new Body(kind, kind == ExportedKind.Document && IsDocumentTitle(caption) ? "" : caption, name);
    }

    // "invoice.pdf • 3 pages": the name of the file again.
    private static bool IsDocumentTitle(string caption) => caption.Contains(" • ", StringComparison.Ordinal) && !caption.Contains('\n');

    // Android: IMG-20231231-WA0001.jpg (file attached), and the caption in the lines below.
    private Body? Attached(string plain, string below)
    {
        var open = plain.LastIndexOf(" (", StringComparison.Ordinal);
        if (open <= 0 || !plain.EndsWith(')'))
            return null;
        var name = plain[..open];
        var known = EntryName.IsPlain(name) && AttachmentKind.HasEnding(name)
            && (Wording.IsAttached(plain[(open + 2)..^1]) || AttachmentKind.IsAndroid(name) || isIncluded(name));
        return known ? new Body(AttachmentKind.Of(name), below, name) : null;
    }

    private static Body? Omitted(string first, string plain, string below)
    {
        if (Wording.Omitted(plain) is { } kind)
            return new Body(kind, below);
        // A document's title stands before: "invoice.pdf • 3 pages document omitted", with a mark between.
        var mark = first.LastIndexOfAny(['\u200e', '\u200f']);
        return mark > 0 && Wording.Omitted(Invisible.Plain(first.AsSpan(mark))) is { } omitted
            ? new Body(omitted, Invisible.Plain(first.AsSpan(0, mark)))
            : null;
    }

    private static string WithoutEditedMark(string text, out bool edited)
    {
        var open = text.EndsWith('>') ? text.LastIndexOf('<') : -1;
        edited = open >= 0 && text.Length - open <= MaxWord * 2 && Wording.IsEdited(Invisible.Plain(text.AsSpan(open)));
        if (!edited)
            return text;
        var kept = text.AsSpan(0, open).TrimEnd("\u200e\u200f");
        return (kept.EndsWith(" ") ? kept[..^1] : kept).ToString();
    }

    private static (string First, string Below) SplitLine(string text)
    {
        var end = text.IndexOf('\n');
        return end < 0 ? (text, "") : (text[..end], text[(end + 1)..]);
    }

    private static string Lead(string text) => Invisible.WithoutLead(text).ToString();
}
