namespace Ezw.ChatExports.Headers;

/// <param name="IsAmbiguous">Nothing in the file contradicts the other order.</param>
internal readonly record struct DateReading(DateOrder Order, bool IsAmbiguous);

/// <summary>
/// Finds out which field of a file's dates is the day. A field beyond 12 is a day; and since messages stand in the order of time, the
/// order in which time runs backwards less often is the right one.
/// </summary>
internal sealed class DateEvidence
{
    private const int Months = 12;

    private Header? last;
    private int firstIsDay;
    private int nextIsDay;
    private int dayFirstBackwards;
    private int monthFirstBackwards;
    private int firstChanges;
    private int nextChanges;
    private bool differs;

    public void Add(Header header)
    {
        firstIsDay += header.First > Months ? 1 : 0;
        nextIsDay += header.Next > Months ? 1 : 0;
        differs |= header.First != header.Next;
        if (last is { } earlier)
        {
            dayFirstBackwards += Day(header, DateOrder.DayFirst) < Day(earlier, DateOrder.DayFirst) ? 1 : 0;
            monthFirstBackwards += Day(header, DateOrder.MonthFirst) < Day(earlier, DateOrder.MonthFirst) ? 1 : 0;
            firstChanges += header.First != earlier.First ? 1 : 0;
            nextChanges += header.Next != earlier.Next ? 1 : 0;
        }
        last = header;
    }

    public DateReading Decide()
    {
        if (firstIsDay != nextIsDay)
            return new(firstIsDay > nextIsDay ? DateOrder.DayFirst : DateOrder.MonthFirst, IsAmbiguous: false);
        if (dayFirstBackwards != monthFirstBackwards)
            return new(dayFirstBackwards < monthFirstBackwards ? DateOrder.DayFirst : DateOrder.MonthFirst, IsAmbiguous: false);
        return last is { } header ? Custom(header.Shape) : default;
    }

    // No language writes a year first and then the day, or points with the month first.
    private DateReading Custom(HeaderShape shape)
    {
        if (shape.YearFirst)
            return new(DateOrder.MonthFirst, IsAmbiguous: false);
        if (shape.DateSeparator == '.')
            return new(DateOrder.DayFirst, IsAmbiguous: false);
        var american = shape is { DateSeparator: '/', YearDigits: 2, Clock: Clock.WordAfter };
        var dayFirst = firstChanges == nextChanges ? !american : firstChanges > nextChanges;
        return new(dayFirst ? DateOrder.DayFirst : DateOrder.MonthFirst, differs);
    }

    private static int Day(Header header, DateOrder order) =>
        header.Year * 10_000 + (order == DateOrder.DayFirst ? header.Next * 100 + header.First : header.First * 100 + header.Next);
}
