using System.Buffers.Binary;

namespace Ezw.Media;

/// <summary>
/// What the first bytes of a file can be. Several types may share bytes: a zip may be a spreadsheet, plain text may be CSV, an MP4
/// without pictures is sound. The first of them is what the bytes are if nobody says more. mimesniff.spec.whatwg.org, and each
/// format's own specification.
/// </summary>
internal static class MediaSignature
{
    /// <summary>How much of a file's beginning is looked at.</summary>
    public const int HeadBytes = 4096;

    private const string OpenXml = "application/vnd.openxmlformats-officedocument.";
    private const string OpenDocument = "application/vnd.oasis.opendocument.";
    private const int OggPayload = 28;

    private static readonly string[] Zipped =
    [
        "application/zip", OpenXml + "wordprocessingml.document", OpenXml + "spreadsheetml.sheet",
        OpenXml + "presentationml.presentation", OpenDocument + "text", OpenDocument + "spreadsheet", OpenDocument + "presentation",
    ];

    private static readonly string[] OldOffice = ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];
    private static readonly string[] Markup = ["text/html", "image/svg+xml", "text/xml"];
    private static readonly string[] Text = ["text/plain", "text/csv", "text/javascript"];

    /// <summary>Empty when the bytes are of no type that we know.</summary>
    public static string[] Of(ReadOnlySpan<byte> head)
    {
        var found = OfPicture(head);
        if (found.Length == 0)
            found = OfContainer(head);
        if (found.Length == 0)
            found = OfSound(head);
        if (found.Length == 0)
            found = OfDocument(head);
        return found;
    }

    /// <summary>Whether an Ogg file's first packet belongs to Opus.</summary>
    public static bool IsOpus(ReadOnlySpan<byte> head) => head.Length > OggPayload && head[OggPayload..].StartsWith("OpusHead"u8);

    private static string[] OfPicture(ReadOnlySpan<byte> head) =>
        head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? ["image/jpeg"]
        : head.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]) ? ["image/png"]
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? ["image/gif"]
        : IsRiff(head, "WEBP"u8) && head.Length >= 16 && head[12..].StartsWith("VP8"u8) ? ["image/webp"]
        : [];

    private static string[] OfContainer(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..].StartsWith("ftyp"u8))
            return OfBrands(head);
        if (!head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
            return [];
        // EBML says its document type within the first few elements.
        return head[..Math.Min(64, head.Length)].IndexOf("webm"u8) >= 0 ? ["video/webm"] : ["video/x-matroska"];
    }

    /// <summary>The box "ftyp": size (4) | "ftyp" | major brand (4) | version (4) | compatible brands (4 each). ISO/IEC 14496-12.</summary>
    private static string[] OfBrands(ReadOnlySpan<byte> head)
    {
        var size = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), (uint)head.Length);
        var found = new List<string>();
        for (var at = 8; at + 4 <= size; at += 4)
        {
            // The version stands between the major brand and the others.
            if (at != 12)
                found.AddRange(OfBrand(head.Slice(at, 4)));
        }
        return [.. found.Distinct()];
    }

    private static string[] OfBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("qt  "u8) ? ["video/quicktime"]
        : brand.StartsWith("3gp"u8) ? ["video/3gpp"]
        : brand.StartsWith("M4A"u8) || brand.StartsWith("M4B"u8) ? ["audio/mp4"]
        : brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8) ? ["image/heic"]
        : brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) ? ["image/avif"]
        : brand.StartsWith("mp4"u8) || brand.StartsWith("iso"u8) || brand.StartsWith("avc"u8) || brand.StartsWith("M4V"u8)
            || brand.SequenceEqual("MSNV"u8) || brand.SequenceEqual("dash"u8) ? ["video/mp4", "audio/mp4"]
        : [];

    private static string[] OfSound(ReadOnlySpan<byte> head) =>
        head.StartsWith("OggS"u8) && (IsOpus(head) || (head.Length > OggPayload && head[OggPayload..].StartsWith("\u0001vorbis"u8)))
            ? ["audio/ogg"]
        : head.StartsWith("#!AMR\n"u8) || head.StartsWith("#!AMR-WB\n"u8) ? ["audio/amr"]
        : IsRiff(head, "WAVE"u8) ? ["audio/wav"]
        : head.Length >= 10 && head.StartsWith("ID3"u8) && head[3] < 0xFF ? ["audio/mpeg"]
        : head.Length >= 4 && IsLayer3(head) ? ["audio/mpeg"]
        : head.Length >= 7 && head[0] == 0xFF && (head[1] & 0xF6) == 0xF0 ? ["audio/aac"]
        : [];

    /// <summary>A frame header of MPEG audio layer III whose bit rate and sampling rate exist.</summary>
    private static bool IsLayer3(ReadOnlySpan<byte> head) =>
        head[0] == 0xFF && (head[1] & 0xE6) == 0xE2 && (head[1] & 0x18) != 0x08
        && (head[2] & 0xF0) is not 0 and not 0xF0 && (head[2] & 0x0C) != 0x0C;

    private static string[] OfDocument(ReadOnlySpan<byte> head) =>
        head.StartsWith("%PDF-"u8) ? ["application/pdf"]
        : head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8) ? Zipped
        : head.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) ? OldOffice
        : !IsText(head) ? []
        : IsMarkup(head) ? Markup
        : Text;

    private static bool IsRiff(ReadOnlySpan<byte> head, ReadOnlySpan<byte> form) =>
        head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith(form);

    // Tab, the line ends, form feed and escape are text; a byte order mark of UTF-16 excuses the zeros after it.
    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            return true;
        foreach (var each in head)
        {
            if (each is < 0x09 or 0x0B or (>= 0x0E and <= 0x1A) or (>= 0x1C and <= 0x1F))
                return false;
        }
        return head.Length > 0;
    }

    private static bool IsMarkup(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            head = head[3..];
        return head.TrimStart(" \t\r\n\f\0"u8).StartsWith("<"u8);
    }
}
