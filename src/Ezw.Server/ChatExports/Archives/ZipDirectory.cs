using System.Buffers.Binary;

namespace Ezw.ChatExports.Archives;

/// <summary>
/// Looks at the end of a zip file before anything reads its directory, because the directory is held in memory whole: one that is too
/// long must be refused by its stated place alone. Layout after PKWARE's APPNOTE.TXT, 4.3.14 to 4.3.16.
/// </summary>
internal static class ZipDirectory
{
    /// <summary>What one entry may take on average, name and extra fields included.</summary>
    private const int MaxEntryBytes = 512;

    private const int EndBytes = 22;
    private const int MaxCommentBytes = ushort.MaxValue;
    private const int LocatorBytes = 20;
    private const int LongEndBytes = 56;
    private static readonly byte[] End = "PK\u0005\u0006"u8.ToArray();
    private static readonly byte[] Locator = "PK\u0006\u0007"u8.ToArray();

    public static bool IsZip(Stream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.Position = 0;
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && (head.SequenceEqual("PK\u0003\u0004"u8) || head.SequenceEqual(End));
    }

    /// <summary>True when the directory is small enough to be read; null when there is none.</summary>
    public static bool? Fits(Stream file, int maxEntries)
    {
        var tail = new byte[Math.Min(file.Length, EndBytes + MaxCommentBytes + LocatorBytes)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf(End);
        if (end < 0 || tail.Length - end < EndBytes)
            return null;
        long entries = BinaryPrimitives.ReadUInt16LittleEndian(tail.AsSpan(end + 10));
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (end >= LocatorBytes && tail.AsSpan(end - LocatorBytes).StartsWith(Locator))
            (entries, offset) = Long(file, BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorBytes + 8)));
        var directoryBytes = file.Length - tail.Length + end - offset;
        return offset < 0 || directoryBytes < 0 ? null : entries <= maxEntries && directoryBytes <= (long)maxEntries * MaxEntryBytes;
    }

    private static (long Entries, long Offset) Long(Stream file, long place)
    {
        if (place < 0 || place > file.Length - LongEndBytes)
            return (0, -1);
        Span<byte> end = stackalloc byte[LongEndBytes];
        file.Position = place;
        file.ReadExactly(end);
        return (BinaryPrimitives.ReadInt64LittleEndian(end[32..]), BinaryPrimitives.ReadInt64LittleEndian(end[48..]));
    }
}
