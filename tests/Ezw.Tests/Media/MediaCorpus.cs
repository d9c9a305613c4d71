using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Ezw.Media;
using Ezw.Providers;
using SkiaSharp;

namespace Ezw.Tests.Media;

/// <param name="Extensions">All that belong to the bytes.</param>
/// <param name="Kind">The most demanding kind that takes it.</param>
internal sealed record Sample(string Name, byte[] Bytes, string MimeType, string[] Extensions, MediaKind Kind)
{
    public override string ToString() => Name;
}

/// <summary>Files made in code: the smallest valid ones of each type, and those that pretend.</summary>
internal static class MediaCorpus
{
    private const int Side = 64;

    private static readonly string[] Zipped = ["zip", "docx", "xlsx", "pptx", "odt", "ods", "odp"];

    public static IReadOnlyList<Sample> Valid { get; } =
    [
        new("jpeg", Picture(SKEncodedImageFormat.Jpeg), "image/jpeg", ["jpg", "jpeg", "jpe", "jfif"], MediaKind.Image),
        new("png", Picture(SKEncodedImageFormat.Png), "image/png", ["png"], MediaKind.Image),
        new("webp", Picture(SKEncodedImageFormat.Webp), "image/webp", ["webp"], MediaKind.Image),
        new("gif", Gif(), "image/gif", ["gif"], MediaKind.Image),
        new("mp4", Brand("isom", "mp42"), "video/mp4", ["mp4", "m4v", "m4a", "m4b"], MediaKind.Video),
        new("3gp", Brand("3gp5"), "video/3gpp", ["3gp", "3gpp"], MediaKind.Video),
        new("mov", Brand("qt  "), "video/quicktime", ["mov", "qt"], MediaKind.Video),
        new("webm", [0x1A, 0x45, 0xDF, 0xA3, 0x87, 0x42, 0x82, 0x84, .. "webm"u8], "video/webm", ["webm"], MediaKind.Video),
        new("opus", Ogg("OpusHead"), "audio/ogg", ["ogg", "oga", "opus"], MediaKind.Audio),
        new("mp3", [.. "ID3\u0003\0\0\0\0\0\0"u8, 0xFF, 0xFB, 0x90, 0x00], "audio/mpeg", ["mp3"], MediaKind.Audio),
        new("m4a", Brand("M4A "), "audio/mp4", ["m4a", "m4b"], MediaKind.Audio),
        new("aac", [0xFF, 0xF1, 0x50, 0x80, 0x01, 0x1F, 0xFC], "audio/aac", ["aac"], MediaKind.Audio),
        new("amr", [.. "#!AMR\n"u8, 0x3C, 0x00], "audio/amr", ["amr"], MediaKind.Audio),
        new("wav", [.. "RIFF\u0024\0\0\0WAVEfmt "u8], "audio/wav", ["wav"], MediaKind.Audio),
        new("pdf", [.. "%PDF-1.4\n%%EOF\n"u8], "application/pdf", ["pdf"], MediaKind.Document),
        new("zip", Zip(), "application/zip", Zipped, MediaKind.Document),
        new("doc", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0], "application/msword", ["doc", "xls", "ppt"], MediaKind.Document),
        new("txt", [.. "שלום, one two"u8], "text/plain", ["txt", "log", "csv", "js"], MediaKind.Document),
    ];

    /// <summary>Types that run what is inside, in ways that a sniffing browser would find.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Active { get; } =
    [
        ("html", [.. "<!doctype html><script>alert(1)</script>"u8]),
        ("html with a byte order mark", [0xEF, 0xBB, 0xBF, .. "<html><script>alert(1)</script>"u8]),
        ("html after 511 spaces", [.. Spaces(511), .. "<html><script>alert(1)</script>"u8]),
        ("html after 512 spaces", [.. Spaces(512), .. "<html><script>alert(1)</script>"u8]),
        ("svg", [.. "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8]),
        ("svg with foreignObject", [.. "<?xml version='1.0'?><svg><foreignObject><iframe src='javascript:1'/></foreignObject></svg>"u8]),
        ("svg with xlink", [.. "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>"u8]),
        ("javascript", [.. "alert(1)"u8]),
    ];

    public static Sample Named(string name) => Valid.First(sample => sample.Name == name);

    /// <summary>Noise, so that no encoder makes it trivially small; or nothing at all; or the left half red and the right half blue.</summary>
    public static byte[] Picture(
        SKEncodedImageFormat format, int width = Side, int height = Side, bool isHalved = false, bool isClear = false)
    {
        var random = new Random(1);
        using var bitmap = new SKBitmap(new SKImageInfo(
            width, height, SKColorType.Rgba8888, isClear ? SKAlphaType.Unpremul : SKAlphaType.Opaque));
        bitmap.Pixels =
        [
            .. Enumerable.Range(0, width * height).Select(at =>
                isClear ? SKColors.Transparent
                : isHalved ? at % width < width / 2 ? SKColors.Red : SKColors.Blue
                : new SKColor((uint)random.Next()).WithAlpha(byte.MaxValue)),
        ];
        using var data = bitmap.Encode(format, 90);
        return data.ToArray();
    }

    /// <summary>A JPEG with an EXIF segment that turns it and tells a place.</summary>
    public static byte[] WithExif(byte[] jpeg, ushort orientation)
    {
        byte[] tiff =
        [
            .. "MM\0*"u8, 0, 0, 0, 8,
            0, 2,
            0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
            0x01, 0x0E, 0, 2, 0, 0, 0, 15, 0, 0, 0, 38,
            0, 0, 0, 0,
            .. "GPS 32.08,34.78"u8,
        ];
        byte[] payload = [.. "Exif\0\0"u8, .. tiff];
        var length = payload.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. payload, .. jpeg[2..]];
    }

    /// <summary>A valid PNG of one bit a pixel, all black: few bytes, many pixels.</summary>
    public static byte[] Bomb(int side)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest))
        {
            var row = new byte[1 + ((side + 7) / 8)];
            for (var line = 0; line < side; line++)
                zlib.Write(row);
        }
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, side);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), side);
        header[8] = 1;
        return
        [
            0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", []),
        ];
    }

    /// <summary>A PNG with a text chunk before its pixels.</summary>
    public static byte[] WithText(byte[] png, string text) =>
        [.. png[..33], .. Chunk("tEXt", Encoding.Latin1.GetBytes($"Comment\0{text}")), .. png[33..]];

    public static byte[] Brand(string major, params string[] compatible)
    {
        byte[] brands = [.. Encoding.ASCII.GetBytes(major), 0, 0, 2, 0, .. compatible.SelectMany(Encoding.ASCII.GetBytes)];
        return [0, 0, 0, (byte)(8 + brands.Length), .. "ftyp"u8, .. brands, 0, 0, 0, 8, .. "mdat"u8];
    }

    public static byte[] Ogg(string codec) =>
        [.. "OggS"u8, 0, 2, .. new byte[20], 1, 19, .. Encoding.Latin1.GetBytes(codec), 1, 1, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0];

    public static byte[] Zip()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var writer = new StreamWriter(zip.CreateEntry("a.txt").Open()))
            writer.Write("a");
        return bytes.ToArray();
    }

    private static byte[] Gif() =>
    [
        .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3B,
    ];

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. data];
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32(named));
        return [.. length, .. named, .. sum];
    }

    private static uint Crc32(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var each in bytes)
        {
            sum ^= each;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
        }
        return ~sum;
    }

    private static byte[] Spaces(int count) => [.. Enumerable.Repeat((byte)' ', count)];
}
