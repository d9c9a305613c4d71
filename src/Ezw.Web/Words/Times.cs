using System.Globalization;

namespace Ezw.Web.Words;

/// <summary>Times as people say them, in the browser's zone.</summary>
public sealed class Times(Text text, TimeProvider time)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public static string Clock(DateTimeOffset at) => at.ToLocalTime().ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Today's by the clock, the week's by the day, the others by the date.</summary>
    public string Brief(DateTimeOffset at)
    {
        var (day, today) = (at.ToLocalTime().Date, Now.ToLocalTime().Date);
        return (today - day).Days switch
        {
            <= 0 => Clock(at),
            1 => text["time.yesterday"],
            < 7 => text[$"weekday.{(int)day.DayOfWeek}"],
            _ => day.ToString(day.Year == today.Year ? "d.M." : "d.M.yyyy", CultureInfo.InvariantCulture),
        };
    }

    public string Day(DateTimeOffset at)
    {
        var (day, today) = (at.ToLocalTime().Date, Now.ToLocalTime().Date);
        return (today - day).Days switch
        {
            0 => text["time.today"],
            1 => text["time.yesterday"],
            < 7 and > 0 => text[$"weekday.{(int)day.DayOfWeek}"],
            _ => Date(at),
        };
    }

    public string Date(DateTimeOffset at)
    {
        var day = at.ToLocalTime().Date;
        return text["time.date", day.Day, text[$"month.{day.Month}"], day.Year];
    }

    public string Full(DateTimeOffset at) => $"{Day(at)}, {Clock(at)}";

    /// <summary>How long ago, roughly: 3 min, 2 h, 5 d.</summary>
    public string Ago(DateTimeOffset at)
    {
        var span = Now - at;
        return span.TotalMinutes < 1 ? text["time.now"]
            : span.TotalHours < 1 ? text["time.minutes", (int)span.TotalMinutes]
            : span.TotalDays < 1 ? text["time.hours", (int)span.TotalHours]
            : text["time.days", (int)span.TotalDays];
    }
}
