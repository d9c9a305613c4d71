using Ezw.ChatExports.Headers;

namespace Ezw.Tests.ChatExports;

public sealed class DecidingTheDateOrderTests
{
    [Theory]
    [InlineData("a day beyond twelve, first", "03/02/2024, 10:00|13/02/2024, 10:00", DateOrder.DayFirst, false)]
    [InlineData("a day beyond twelve, second", "02/03/2024, 10:00|02/13/2024, 10:00", DateOrder.MonthFirst, false)]
    [InlineData("time runs forward, day first", "10/01/2024, 10:00|03/02/2024, 10:00", DateOrder.DayFirst, false)]
    [InlineData("time runs forward, month first", "01/10/2024, 10:00|02/03/2024, 10:00", DateOrder.MonthFirst, false)]
    [InlineData("one day only", "03/02/2024, 10:00|03/02/2024, 11:00", DateOrder.DayFirst, true)]
    [InlineData("one day only, as Americans write", "3/2/24, 10:00 AM|3/2/24, 11:00 AM", DateOrder.MonthFirst, true)]
    [InlineData("three days or three months", "03/02/2024, 10:00|03/03/2024, 11:00|03/04/2024, 11:00", DateOrder.MonthFirst, true)]
    [InlineData("both orders mean the same", "02/02/2024, 10:00|03/03/2024, 10:00", DateOrder.DayFirst, false)]
    [InlineData("no language points with the month first", "03.02.2024, 10:00|03.02.2024, 11:00", DateOrder.DayFirst, false)]
    [InlineData("no language writes year, day, month", "2024-02-03, 10:00|2024-02-03, 11:00", DateOrder.MonthFirst, false)]
    [InlineData("dashes", "02-03-24 10:00|02-03-24 11:00", DateOrder.DayFirst, true)]
    public async Task The_whole_file_is_the_evidence(string because, string headers, DateOrder order, bool ambiguous)
    {
        using var export = await Exports.OpenAsync(string.Concat(headers.Split('|').Select(header => $"{header} - Ana: hi\n")));

        Assert.Equal((order, ambiguous, because), (export.DateOrder, export.IsDateOrderAmbiguous, because));
    }

    [Fact]
    public async Task Evidence_at_the_end_of_the_file_counts()
    {
        var first = string.Concat(Enumerable.Repeat("1/2/24, 10:00 AM - Ana: hi\n", 5_000));

        using var export = await Exports.OpenAsync(first + "13/2/24, 10:00 AM - Ana: bye\n");

        Assert.Equal((DateOrder.DayFirst, false), (export.DateOrder, export.IsDateOrderAmbiguous));
        Assert.Equal((new DateTime(2024, 2, 1, 10, 0, 0), new DateTime(2024, 2, 13, 10, 0, 0)), (export.FirstAt, export.LastAt));
    }

    [Fact]
    public async Task Whoever_knows_better_overrides_the_order()
    {
        using var export = await Exports.OpenAsync("03/02/2024, 10:00 - Ana: hi\n");

        var read = await Exports.ReadAsync(export, DateOrder.MonthFirst);

        Assert.Equal(new DateTime(2024, 3, 2, 10, 0, 0), Assert.Single(read).At.DateTime);
    }

    [Fact]
    public async Task A_day_that_does_not_exist_begins_no_message()
    {
        var read = await Exports.ReadAsync("28/02/2023, 10:00 - Ana: hi\n31/02/2023, 10:00 - Ana: hello\n");

        Assert.Equal("hi\n31/02/2023, 10:00 - Ana: hello", Assert.Single(read).Text);
    }
}
