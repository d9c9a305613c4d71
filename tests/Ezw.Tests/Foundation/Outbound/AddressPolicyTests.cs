using System.Net;
using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class AddressPolicyTests
{
    private static readonly IPAddress Public = IPAddress.Parse("198.20.0.1");

    [Fact]
    public void The_servers_own_addresses_are_denied_also_those_that_it_gets_later()
    {
        var time = new FakeTimeProvider();
        List<IPAddress> own = [];
        var policy = new AddressPolicy(new OutboundOptions(), time, () => own);

        Assert.True(policy.Allows(Public));
        own.Add(Public);
        time.Advance(TimeSpan.FromSeconds(61));

        Assert.False(policy.Allows(Public));
        Assert.False(policy.Allows(Public.MapToIPv6()));
    }

    [Fact]
    public void A_network_that_the_operator_denies_stays_denied_whatever_is_allowed()
    {
        var policy = Guard.Addresses(new OutboundOptions { AllowCidrs = "10.0.0.0/8", DenyCidrs = "10.0.0.7/32, 198.20.0.0/16" });

        Assert.True(policy.Allows(IPAddress.Parse("10.0.0.6")));
        Assert.False(policy.Allows(IPAddress.Parse("10.0.0.7")));
        Assert.False(policy.Allows(Public));
    }

    [Theory]
    [InlineData("10.0.0.0/8,192.168.0.120/32", "", "", true)]
    [InlineData("fd00::/8", "2606:4700::/32", " 3000 , 5678", true)]
    [InlineData("0.0.0.0/0", "", "", false)]
    [InlineData("::/0", "", "", false)]
    [InlineData("10.0.0.1/8", "", "", false)]
    [InlineData("intranet", "", "", false)]
    [InlineData("", "203.0.113.7/33", "", false)]
    [InlineData("", "", "0", false)]
    [InlineData("", "", "65536", false)]
    [InlineData("", "", "http", false)]
    public void Settings_are_checked_at_start(string allow, string deny, string ports, bool valid)
    {
        var options = new OutboundOptions { AllowCidrs = allow, DenyCidrs = deny, AllowPorts = ports };

        Assert.Equal(valid, new OutboundOptionsCheck().Validate(null, options).Succeeded);
    }
}
