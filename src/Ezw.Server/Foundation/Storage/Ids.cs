namespace Ezw.Foundation.Storage;

/// <summary>Ids are UUIDv7: made anywhere, sorted by time, kind to B-trees.</summary>
public static class Ids
{
    private const int OfMillisecond = 4096;
    private const int VersionBits = 0x70;

    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>
    /// Ids that rise in their order, as those of one millisecond do not by themselves: the place stands where chance would (RFC 9562, 6.2).
    /// </summary>
    public static IEnumerable<Guid> Series(TimeProvider time)
    {
        var began = time.GetUtcNow();
        var bytes = new byte[16];
        for (var i = 0; ; i++)
        {
            Guid.CreateVersion7(began.AddMilliseconds(i / OfMillisecond)).TryWriteBytes(bytes, bigEndian: true, out _);
            bytes[6] = (byte)(VersionBits | (i % OfMillisecond >> 8));
            bytes[7] = (byte)(i % OfMillisecond);
            yield return new Guid(bytes, bigEndian: true);
        }
    }

    /// <summary>Epoch-milliseconds, UTC: how every time is stored.</summary>
    public static long NowMs(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
