using System.Collections.Frozen;

namespace Ezw.ChatExports.Bodies;

/// <summary>What a file is, by the names that phones give: IMG-20231231-WA0001.jpg, 00000012-PHOTO-2023-12-31-23-59-58.jpg.</summary>
internal static class AttachmentKind
{
    private const int MaxEnding = 6;

    private static readonly FrozenDictionary<string, ExportedKind> Endings = new[]
    {
        (ExportedKind.Image, "jpg jpeg png heic"), (ExportedKind.Video, "mp4 3gp mov mkv"), (ExportedKind.Voice, "opus"),
        (ExportedKind.Audio, "ogg m4a mp3 aac amr wav"), (ExportedKind.Sticker, "webp was"), (ExportedKind.Animation, "gif"),
        (ExportedKind.ContactCard, "vcf"),
    }.SelectMany(kind => kind.Item2.Split(' '), (kind, ending) => (kind.Item1, ending))
        .ToFrozenDictionary(pair => pair.ending, pair => pair.Item1, StringComparer.OrdinalIgnoreCase);

    // What people sent as a document keeps its own name, so that only these words say otherwise than the ending.
    private static readonly (string Word, ExportedKind Kind)[] Words =
    [
        ("PTT-", ExportedKind.Voice), ("STK-", ExportedKind.Sticker), ("DOC-", ExportedKind.Document),
        ("-STICKER-", ExportedKind.Sticker), ("-GIF-", ExportedKind.Animation),
    ];

    public static ExportedKind Of(string name)
    {
        var (word, kind) = Array.Find(Words, word => Says(name, word.Word));
        return word is not null ? kind : Endings.GetValueOrDefault(Ending(name), ExportedKind.Document);
    }

    public static bool HasEnding(string name) => Ending(name) is { Length: > 0 } ending && ending.All(char.IsAsciiLetterOrDigit);

    /// <summary>True for <c>IMG-20231231-WA0001.jpg</c>: Android's names say what they are in any language.</summary>
    public static bool IsAndroid(string name)
    {
        var parts = Path.GetFileNameWithoutExtension(name).Split('-');
        return parts.Length == 3 && parts[0].Length == 3 && parts[0].All(char.IsAsciiLetterUpper)
            && parts[1].Length == 8 && parts[1].All(char.IsAsciiDigit) && parts[2].StartsWith("WA", StringComparison.Ordinal);
    }

    private static bool Says(string name, string word) =>
        word[0] == '-' ? name.Contains(word, StringComparison.Ordinal) : name.StartsWith(word, StringComparison.Ordinal);

    private static string Ending(string name)
    {
        var point = name.LastIndexOf('.');
        return point > 0 && name.Length - point - 1 is > 0 and <= MaxEnding ? name[(point + 1)..] : "";
    }
}
