namespace Ezw.Foundation.Storage;

/// <summary>Ids are UUIDv7: made anywhere, sorted by time, kind to B-trees.</summary>
public static class Ids
{
    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    /// <summary>Epoch-milliseconds, UTC: how every time is stored.</summary>
    public static long NowMs(this TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
