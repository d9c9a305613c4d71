namespace Ezw.ChatExports;

/// <summary>Turns the phone's wall clock into moments. The hour that autumn repeats is told apart by the order of the messages.</summary>
internal sealed class WallClock(TimeZoneInfo zone)
{
    private DateTimeOffset last = DateTimeOffset.MinValue;

    public DateTimeOffset At(DateTime local)
    {
        var at = new DateTimeOffset(local, zone.GetUtcOffset(local));
        if (zone.IsAmbiguousTime(local))
        {
            var moments = zone.GetAmbiguousTimeOffsets(local).Select(offset => new DateTimeOffset(local, offset)).Order().ToArray();
            at = Array.Find(moments, moment => moment >= last) is { Ticks: > 0 } next ? next : moments[^1];
        }
        return last = at;
    }
}
