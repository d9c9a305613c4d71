using System.Collections.Frozen;

namespace Ezw.Media;

internal enum MediaFamily
{
    Image,
    Video,
    Audio,
    Document,

    /// <summary>Known by name so that a claim to be it is understood, but never carried under that name: active or unreadable.</summary>
    Foreign,
}

/// <param name="Extensions">The first one is given to files without any.</param>
/// <param name="Aliases">Other spellings of the type.</param>
internal sealed record MediaType(string MimeType, MediaFamily Family, string[] Extensions, params string[] Aliases);

/// <summary>Which types there are, by name and by extension.</summary>
internal static class MediaTypes
{
    public const string Bytes = "application/octet-stream";

    private const string OpenXml = "application/vnd.openxmlformats-officedocument.";
    private const string OpenDocument = "application/vnd.oasis.opendocument.";

    private static readonly MediaType[] All =
    [
        new("image/jpeg", MediaFamily.Image, ["jpg", "jpeg", "jpe", "jfif"], "image/jpg", "image/pjpeg"),
        new("image/png", MediaFamily.Image, ["png"], "image/x-png"),
        new("image/webp", MediaFamily.Image, ["webp"]),
        new("image/gif", MediaFamily.Image, ["gif"]),
        new("video/mp4", MediaFamily.Video, ["mp4", "m4v"], "video/x-m4v"),
        new("video/3gpp", MediaFamily.Video, ["3gp", "3gpp"]),
        new("video/quicktime", MediaFamily.Video, ["mov", "qt"]),
        new("video/webm", MediaFamily.Video, ["webm"]),
        new("audio/ogg", MediaFamily.Audio, ["ogg", "oga", "opus"], "audio/opus", "application/ogg"),
        new("audio/mpeg", MediaFamily.Audio, ["mp3"], "audio/mp3", "audio/x-mp3", "audio/x-mpeg"),
        new("audio/mp4", MediaFamily.Audio, ["m4a", "m4b"], "audio/m4a", "audio/x-m4a"),
        new("audio/aac", MediaFamily.Audio, ["aac"], "audio/x-aac", "audio/aacp"),
        new("audio/amr", MediaFamily.Audio, ["amr"], "audio/amr-nb", "audio/amr-wb"),
        new("audio/wav", MediaFamily.Audio, ["wav"], "audio/x-wav", "audio/wave", "audio/vnd.wave"),
        new("application/pdf", MediaFamily.Document, ["pdf"], "application/x-pdf"),
        new("application/zip", MediaFamily.Document, ["zip"], "application/x-zip-compressed", "application/x-zip"),
        new(OpenXml + "wordprocessingml.document", MediaFamily.Document, ["docx"]),
        new(OpenXml + "spreadsheetml.sheet", MediaFamily.Document, ["xlsx"]),
        new(OpenXml + "presentationml.presentation", MediaFamily.Document, ["pptx"]),
        new(OpenDocument + "text", MediaFamily.Document, ["odt"]),
        new(OpenDocument + "spreadsheet", MediaFamily.Document, ["ods"]),
        new(OpenDocument + "presentation", MediaFamily.Document, ["odp"]),
        new("application/msword", MediaFamily.Document, ["doc"]),
        new("application/vnd.ms-excel", MediaFamily.Document, ["xls"]),
        new("application/vnd.ms-powerpoint", MediaFamily.Document, ["ppt"]),
        new("text/plain", MediaFamily.Document, ["txt", "log"]),
        new("text/csv", MediaFamily.Document, ["csv"], "application/csv", "text/comma-separated-values"),
        new("text/html", MediaFamily.Foreign, ["html", "htm", "xhtml"], "application/xhtml+xml"),
        new("image/svg+xml", MediaFamily.Foreign, ["svg", "svgz"]),
        new("text/xml", MediaFamily.Foreign, ["xml", "xsl"], "application/xml"),
        new("text/javascript", MediaFamily.Foreign, ["js", "mjs"], "application/javascript"),
        new("image/heic", MediaFamily.Foreign, ["heic", "heif"], "image/heif"),
        new("image/avif", MediaFamily.Foreign, ["avif"]),
        new("image/bmp", MediaFamily.Foreign, ["bmp"], "image/x-ms-bmp"),
        new("image/tiff", MediaFamily.Foreign, ["tif", "tiff"]),
        new("video/x-matroska", MediaFamily.Foreign, ["mkv", "mka"]),
    ];

    private static readonly FrozenDictionary<string, MediaType> ByName = All
        .SelectMany(type => type.Aliases.Append(type.MimeType).Select(name => (name, type)))
        .ToFrozenDictionary(pair => pair.name, pair => pair.type, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, MediaType> ByExtension = All
        .SelectMany(type => type.Extensions.Select(extension => (extension, type)))
        .ToFrozenDictionary(pair => pair.extension, pair => pair.type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Types that travel under their own name, but only to be saved.</summary>
    public static IEnumerable<string> Documents =>
        All.Where(type => type.Family == MediaFamily.Document).Select(type => type.MimeType);

    /// <param name="mimeType">With or without parameters.</param>
    public static MediaType? Named(string mimeType) => ByName.GetValueOrDefault(mimeType.Split(';')[0].Trim());

    /// <param name="extension">Without its dot.</param>
    public static MediaType? WithExtension(string extension) => ByExtension.GetValueOrDefault(extension);
}
