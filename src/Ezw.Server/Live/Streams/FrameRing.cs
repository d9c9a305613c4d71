namespace Ezw.Live.Streams;

/// <summary>
/// The newest frames of one organization. The feed appends; any number of streams read side by side without a lock. Each slot's frame says
/// which position it holds, so a reader that is too late sees that and never a wrong frame.
/// </summary>
internal sealed class FrameRing(long position)
{
    private const int FirstSlots = 64;
    private const int MaxSlots = 4_096;

    private readonly long origin = position;
    private Frame?[] slots = new Frame?[FirstSlots];
    private long last = position;

    /// <summary>The newest position; everything up to it was appended or stood in the log before.</summary>
    public long Last => Volatile.Read(ref last);

    /// <summary>Only the feed appends, in order of position.</summary>
    public void Append(Frame frame)
    {
        if (frame.Position - origin > slots.Length && slots.Length < MaxSlots)
            Grow();
        Volatile.Write(ref slots[frame.Position & (slots.Length - 1)], frame);
        Volatile.Write(ref last, frame.Position);
    }

    public RingRead Read(long position, out Frame? frame)
    {
        frame = null;
        if (position > Last)
            return RingRead.NotYet;
        var present = Volatile.Read(ref slots);
        if (Volatile.Read(ref present[position & (present.Length - 1)]) is not { } found || found.Position != position)
            return RingRead.Gone;
        frame = found;
        return RingRead.Found;
    }

    private void Grow()
    {
        var larger = new Frame?[slots.Length * 2];
        foreach (var frame in slots)
        {
            if (frame is not null)
                larger[frame.Position & (larger.Length - 1)] = frame;
        }
        Volatile.Write(ref slots, larger);
    }
}

internal enum RingRead
{
    Found,

    NotYet,

    /// <summary>Older than the ring: the database has it.</summary>
    Gone,
}
