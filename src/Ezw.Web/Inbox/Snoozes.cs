namespace Ezw.Web.Inbox;

/// <summary>The times that people snooze to.</summary>
internal static class Snoozes
{
    private const int Morning = 9;

    public static DateTimeOffset LaterToday(TimeProvider time) => time.GetUtcNow().AddHours(3);

    public static DateTimeOffset Tomorrow(TimeProvider time) => At(time, 1);

    /// <summary>Sunday, when the week begins here.</summary>
    public static DateTimeOffset NextWeek(TimeProvider time)
    {
        var today = time.GetLocalNow().DayOfWeek;
        return At(time, 7 - (int)today);
    }

    private static DateTimeOffset At(TimeProvider time, int days)
    {
        var now = time.GetLocalNow();
        return new DateTimeOffset(now.Date.AddDays(days).AddHours(Morning), now.Offset).ToUniversalTime();
    }
}
