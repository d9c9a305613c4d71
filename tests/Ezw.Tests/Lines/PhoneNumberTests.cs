using Ezw.Lines;

namespace Ezw.Tests.Lines;

public sealed class PhoneNumberTests
{
    [Theory]
    [InlineData("+972501234567", "+972501234567")]
    [InlineData("972501234567", "+972501234567")]
    [InlineData("+972 50-123-4567", "+972501234567")]
    [InlineData(" (+972) 50.123.4567 ", "+972501234567")]
    [InlineData("+1 650 253 0000", "+16502530000")]
    [InlineData("+44\u00a07700\u00a0900123", "+447700900123")]
    [InlineData("+39 06 698 12345", "+390669812345")]
    public void Is_read_in_the_ways_that_people_write_it(string written, string number) => Assert.Equal(number, PhoneNumber.Parse(written));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("+")]
    [InlineData("0501234567")]
    [InlineData("12")]
    [InlineData("+9725012345678901234")]
    [InlineData("+999501234567")]
    [InlineData("+97250123456x")]
    [InlineData("+97250123456;ext=1")]
    [InlineData("972501234567@s.whatsapp.net")]
    [InlineData("+٩٧٢٥٠١٢٣٤٥٦٧")]
    [InlineData("+97250\n1234567")]
    [InlineData("+1 650 253 0000                                                                   ")]
    public void Is_nothing_else(string? written) => Assert.Null(PhoneNumber.Parse(written));

    [Theory]
    [InlineData("+972501234567")]
    [InlineData("+447700900123")]
    public void Read_again_is_the_same(string number) => Assert.Equal(number, PhoneNumber.Parse(PhoneNumber.Parse(number)));
}
