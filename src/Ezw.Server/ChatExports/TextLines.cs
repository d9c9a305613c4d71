using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Ezw.ChatExports;

/// <summary>
/// The lines of a text of any length, with the place of each in bytes. Reads UTF-8, and UTF-16 as some programs save it; what is
/// neither comes out with replacement characters.
/// </summary>
internal sealed class TextLines(Stream text)
{
    /// <summary>A message of 65,536 characters at the most bytes that UTF-8 needs, and its header. The rest of a longer line is skipped.</summary>
    private const int MaxLineBytes = 65_536 * 3 + 1_024;

    private const int BufferBytes = 65_536;
    private const int LongestMark = 3;
    private static readonly Encoding[] Encodings = [Encoding.UTF8, Encoding.Unicode, Encoding.BigEndianUnicode];

    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly ArrayBufferWriter<byte> pending = new();
    private Encoding? encoding;
    private int start;
    private int end;
    private long bufferOffset;

    public string Line { get; private set; } = "";

    /// <summary>Where <see cref="Line"/> begins.</summary>
    public long Offset { get; private set; }

    /// <summary>The end of <see cref="Line"/> is missing.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>False at the end of the text.</summary>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        pending.ResetWrittenCount();
        IsTruncated = false;
        Offset = -1;
        while (start < end || await FillAsync(cancellationToken))
        {
            if (Offset < 0)
                Offset = bufferOffset + start;
            var length = LineEnd(buffer.AsSpan(start, end - start));
            Keep(buffer.AsSpan(start, length < 0 ? end - start : length));
            start = length < 0 ? end : start + length + CharBytes;
            if (length >= 0)
            {
                Line = Decode();
                return true;
            }
        }
        Line = Decode();
        return pending.WrittenCount > 0;
    }

    private int CharBytes => encoding == Encoding.UTF8 ? 1 : 2;

    private async ValueTask<bool> FillAsync(CancellationToken cancellationToken)
    {
        bufferOffset += end;
        (start, end) = (0, 0);
        // Filled to the brim, so that a character of UTF-16 never lies across two fillings.
        end = await text.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (encoding is null)
            Detect(buffer.AsSpan(0, end));
        return start < end;
    }

    private void Detect(ReadOnlySpan<byte> head)
    {
        foreach (var candidate in Encodings)
        {
            if (head.StartsWith(candidate.Preamble))
            {
                (encoding, start) = (candidate, candidate.Preamble.Length);
                return;
            }
        }
        // Without a mark, UTF-16 shows itself by the zero half of the digits in the first date.
        var zeros = head.Length <= LongestMark ? (Even: 0, Odd: 0) : (Even: head[0] == 0 ? 1 : 0, Odd: head[1] == 0 ? 1 : 0);
        encoding = zeros switch { (1, 0) => Encoding.BigEndianUnicode, (0, 1) => Encoding.Unicode, _ => Encoding.UTF8 };
    }

    private int LineEnd(ReadOnlySpan<byte> bytes)
    {
        if (CharBytes == 1)
            return bytes.IndexOf((byte)'\n');
        var place = MemoryMarshal.Cast<byte, ushort>(bytes).IndexOf(encoding == Encoding.Unicode ? (ushort)0x000A : (ushort)0x0A00);
        return place < 0 ? -1 : place * 2;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        var room = MaxLineBytes - pending.WrittenCount;
        IsTruncated |= bytes.Length > room;
        pending.Write(bytes[..Math.Min(bytes.Length, room)]);
    }

    private string Decode()
    {
        var line = (encoding ?? Encoding.UTF8).GetString(pending.WrittenSpan);
        return line.EndsWith('\r') ? line[..^1] : line;
    }
}
