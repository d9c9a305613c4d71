namespace Ezw.Demo.Replay;

/// <summary>When the next message comes. Nights and holidays shrink to a few seconds, so that a chat of any length begins at once.</summary>
internal static class ReplayPace
{
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(4);

    /// <summary>Android tells the minute only; without a pause, messages of one minute would come as one lump.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(400);

    public static TimeSpan Pause(DateTimeOffset before, DateTimeOffset next, double speed)
    {
        var pause = next - before;
        return (pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause) / speed;
    }
}
