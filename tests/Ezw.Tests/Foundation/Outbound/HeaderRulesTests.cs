using Ezw.Foundation.Security.Outbound;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class HeaderRulesTests
{
    [Theory]
    [InlineData("Authorization", "Bearer abc.def=")]
    [InlineData("X-Custom", "a b\tc")]
    [InlineData("x_custom!", "~")]
    public void A_harmless_header_is_accepted(string name, string value) => Assert.Null(FaultIn((name, value)));

    [Theory]
    [InlineData("X-Custom", "a\r\nX-Injected: 1")]
    [InlineData("X-Custom", "a\rb")]
    [InlineData("X-Custom", "a\nb")]
    [InlineData("X-Custom", "a\r\n b")]
    [InlineData("X-Custom", "a\0b")]
    [InlineData("X-Custom", "a\u007fb")]
    [InlineData("X-Custom", "a\u2028b")]
    [InlineData("X-Custom", "שלום")]
    [InlineData("X-Custom", " a")]
    [InlineData("X-Custom", "a\t")]
    [InlineData("X-Custom", "")]
    [InlineData("X-Custom", null)]
    [InlineData("", "a")]
    [InlineData(null, "a")]
    [InlineData("X Custom", "a")]
    [InlineData("X-Custom:", "a")]
    [InlineData("X-Custom\r\n", "a")]
    [InlineData(":authority", "a")]
    [InlineData("X-Cüstom", "a")]
    public void What_is_not_one_header_on_the_wire_is_refused(string? name, string? value)
    {
        var fault = FaultIn((name!, value!));

        Assert.NotNull(fault);
        Assert.DoesNotContain(fault, char.IsControl);
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("content-length")]
    [InlineData("Content-Type")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Connection")]
    [InlineData("Keep-Alive")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy-Connection")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Upgrade")]
    [InlineData("Expect")]
    [InlineData("X-Forwarded-For")]
    [InlineData("Metadata-Flavor")]
    [InlineData("X-aws-ec2-metadata-token")]
    [InlineData("X-EZW-Line-Id")]
    [InlineData("x-ezw-anything")]
    [InlineData("webhook-signature")]
    [InlineData("Webhook-Id")]
    public void Names_that_are_ours_or_the_connections_are_refused(string name) =>
        Assert.Contains(name, FaultIn((name, "a")), StringComparison.Ordinal);

    [Fact]
    public void Headers_are_few_short_and_different()
    {
        Assert.Null(FaultIn([.. Enumerable.Range(1, 5).Select(number => ($"X-{number}", "a"))]));
        Assert.NotNull(FaultIn([.. Enumerable.Range(1, 6).Select(number => ($"X-{number}", "a"))]));
        Assert.NotNull(FaultIn(("X-One", "a"), ("x-one", "b")));
        Assert.NotNull(FaultIn((new string('a', 65), "a")));
        Assert.NotNull(FaultIn(("X-One", new string('a', 1025))));
    }

    private static string? FaultIn(params (string Name, string Value)[] headers) =>
        HeaderRules.FaultIn([.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))]);
}
