using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace Ezw.Media;

/// <summary>The two headers that decide what a browser does with a file.</summary>
internal sealed record Presentation(string ContentType, string ContentDisposition)
{
    private const string Unknown = "application/octet-stream";

    /// <summary>What a browser shows without running anything that is inside: raster images, sound, video. Never SVG, HTML, PDF.</summary>
    private static readonly FrozenSet<string> Harmless = new[]
    {
        "image/jpeg", "image/png", "image/webp", "image/gif",
        "video/mp4", "video/3gpp", "video/quicktime", "video/webm",
        "audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav", "audio/webm",
    }.ToFrozenSet();

    /// <summary>Types that a browser could take for something active travel as mere bytes.</summary>
    private static readonly FrozenSet<string> Passive = MediaTypes.Documents.ToFrozenSet();

    public static Presentation Of(SignedRead read)
    {
        var harmless = Harmless.Contains(read.MimeType);
        var disposition = new ContentDispositionHeaderValue(
            harmless && read.Disposition == Disposition.Inline ? "inline" : "attachment");
        disposition.SetHttpFileName(read.FileName);
        return new Presentation(harmless || Passive.Contains(read.MimeType) ? read.MimeType : Unknown, disposition.ToString());
    }
}
