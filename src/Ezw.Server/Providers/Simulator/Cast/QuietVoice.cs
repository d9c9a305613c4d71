using System.Buffers.Binary;

namespace Ezw.Providers.Simulator.Cast;

/// <summary>A voice note in which nobody speaks: Opus in Ogg, as phones record it (RFC 7845), made of packets of silence.</summary>
internal static class QuietVoice
{
    public const string MimeType = "audio/ogg; codecs=opus";

    private const int PacketsPerSecond = 50;
    private const int SamplesPerPacket = 960;
    private const uint Serial = 1;
    private static readonly byte[] Silence = [0xF8, 0xFF, 0xFE];

    public static byte[] Ogg(TimeSpan length)
    {
        using var ogg = new MemoryStream();
        Page(ogg, first: true, last: false, 0, 0, [[.. "OpusHead"u8, 1, 1, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0]]);
        Page(ogg, first: false, last: false, 0, 1, [[.. "OpusTags"u8, 0, 0, 0, 0, 0, 0, 0, 0]]);
        var seconds = Math.Max(1, (int)length.TotalSeconds);
        for (var second = 1; second <= seconds; second++)
        {
            var samples = (long)second * PacketsPerSecond * SamplesPerPacket;
            Page(ogg, first: false, last: second == seconds, samples, second + 1, [.. Enumerable.Repeat(Silence, PacketsPerSecond)]);
        }

        return ogg.ToArray();
    }

    private static void Page(MemoryStream ogg, bool first, bool last, long samples, int number, byte[][] packets)
    {
        var head = new byte[27];
        "OggS"u8.CopyTo(head);
        head[5] = (byte)((first ? 2 : 0) | (last ? 4 : 0));
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(6), samples);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(14), Serial);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(18), number);
        head[26] = (byte)packets.Length;
        byte[] page = [.. head, .. packets.Select(packet => (byte)packet.Length), .. packets.SelectMany(packet => packet)];
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), Crc(page));
        ogg.Write(page);
    }

    // Ogg's own: the polynomial of Ethernet, but not reflected and from zero.
    private static uint Crc(byte[] bytes)
    {
        var crc = 0u;
        foreach (var one in bytes)
        {
            crc ^= (uint)one << 24;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
            }
        }

        return crc;
    }
}
