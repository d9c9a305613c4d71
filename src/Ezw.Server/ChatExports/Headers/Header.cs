namespace Ezw.ChatExports.Headers;

/// <summary>The beginning of a message: when it was written, and where in the line its sender begins.</summary>
/// <param name="First">Day or month, whichever stands first.</param>
/// <param name="Next">The other one of the two.</param>
internal readonly record struct Header(
    HeaderShape Shape, int Year, int First, int Next, int Hour, int Minute, int Second, int BodyStart)
{
    /// <summary>The wall-clock time, or null when there is no such day.</summary>
    public DateTime? Local(DateOrder order)
    {
        var (day, month) = order == DateOrder.DayFirst ? (First, Next) : (Next, First);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(Year, month)
            ? new DateTime(Year, month, day, Hour, Minute, Second, DateTimeKind.Unspecified)
            : null;
    }
}
