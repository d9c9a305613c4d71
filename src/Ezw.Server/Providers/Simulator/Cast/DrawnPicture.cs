using System.Buffers.Binary;
using System.IO.Compression;

namespace Ezw.Providers.Simulator.Cast;

/// <summary>A small picture drawn in code, a disc on a shaded ground, as PNG (ISO/IEC 15948): a demo needs photos, a repository does not.</summary>
internal static class DrawnPicture
{
    public const string MimeType = "image/png";
    public const int Width = 480;
    public const int Height = 360;

    private const int Radius = 110;
    private static readonly (byte Red, byte Green, byte Blue)[] Colors = [(38, 110, 160), (196, 98, 45), (92, 132, 70), (128, 84, 150)];

    public static byte[] Png(int picture)
    {
        using var png = new MemoryStream();
        png.Write([0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        // Eight bits a channel, red, green and blue.
        (header[8], header[9]) = (8, 2);
        Chunk(png, "IHDR"u8, header);
        Chunk(png, "IDAT"u8, Pixels(picture));
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Pixels(int picture)
    {
        var ground = Colors[picture % Colors.Length];
        var disc = Colors[(picture + 1) % Colors.Length];
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.Optimal))
        {
            var row = new byte[1 + Width * 3];
            for (var y = 0; y < Height; y++)
            {
                for (var x = 0; x < Width; x++)
                {
                    var (fromMiddleX, fromMiddleY) = (x - Width / 2, y - Height / 2);
                    var (red, green, blue) = fromMiddleX * fromMiddleX + fromMiddleY * fromMiddleY < Radius * Radius ? disc : ground;
                    row[1 + x * 3] = Shade(red, y);
                    row[2 + x * 3] = Shade(green, y);
                    row[3 + x * 3] = Shade(blue, y);
                }

                zip.Write(row);
            }
        }

        return packed.ToArray();
    }

    private static byte Shade(byte color, int y) => (byte)(color + (255 - color) * y / (2 * Height));

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] body = [.. type, .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        png.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
