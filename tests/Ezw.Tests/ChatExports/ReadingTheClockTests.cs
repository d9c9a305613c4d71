using Ezw.ChatExports;

namespace Ezw.Tests.ChatExports;

public sealed class ReadingTheClockTests
{
    // Two hours ahead of UTC, three from the 29th of March at 2:00 to the 25th of October at 2:00.
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.CreateCustomTimeZone("Test", TimeSpan.FromHours(2), "Test", "Test", "Summer",
    [
        TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 2, 0, 0), 3, 29),
            TimeZoneInfo.TransitionTime.CreateFixedDateRule(new(1, 1, 1, 2, 0, 0), 10, 25)),
    ]);

    [Theory]
    [InlineData("2024-01-01T10:00", "2024-01-01T08:00Z")]
    [InlineData("2024-07-01T10:00", "2024-07-01T07:00Z")]
    [InlineData("2024-03-29T02:30", "2024-03-29T00:30Z")]
    public void The_zone_gives_the_moment(string local, string moment) =>
        Assert.Equal(DateTimeOffset.Parse(moment), new WallClock(Zone).At(DateTime.Parse(local)));

    [Fact]
    public void The_hour_that_autumn_repeats_is_told_by_the_order_of_messages()
    {
        var clock = new WallClock(Zone);
        string[] read = [.. new[] { "00:59", "01:10", "01:50", "01:05", "01:55", "02:00" }
            .Select(time => clock.At(DateTime.Parse($"2024-10-25T{time}")).UtcDateTime.ToString("dd HH:mm"))];

        Assert.Equal(["24 21:59", "24 22:10", "24 22:50", "24 23:05", "24 23:55", "25 00:00"], read);
    }
}
