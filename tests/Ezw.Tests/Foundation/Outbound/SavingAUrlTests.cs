using Ezw.Foundation.Security.Outbound;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class SavingAUrlTests
{
    private static readonly string[] DeniedIPv4 =
        """
        127.0.0.1 127.1 127.0.1 0 0.0.0.0 127.127.127.127 2130706433 0x7f000001 0x7f.0.0.1 017700000001 0177.0.0.1 00000177.0.0.1
        127.0.0.01 3232235521 3232235777 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518 169.254.169.254 169.254.170.2
        168.63.129.16 100.100.100.200 192.0.0.192 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1 100.64.0.1 198.18.0.1 192.0.2.1
        198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 127.0.0.1. 127.0.0.08 256.0.0.1 1.2.3.4.5 evil.0x7f000001 evil.1
        ①②⑦.⓪.⓪.① 127。0。0。1 １２７.0.0.1
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] DeniedIPv6 =
        """
        ::1 :: ::ffff:127.0.0.1 ::ffff:7f00:1 0:0:0:0:0:ffff:127.0.0.1 ::127.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
        64:ff9b::169.254.169.254 64:ff9b:1::a9fe:a9fe 2002:7f00:1:: 2002:a9fe:a9fe::1 2001:0:a9fe:a9fe:: fe80::1%25eth0 fe80::1%eth0
        febf:ffff::1 fec0::1 fd00:ec2::254 fc00::1 fd7a:115c:a1e0::1 ff02::1 2001:db8::1 3fff::1 5f00::1 100::1 100:0:0:1::1 4000::1
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] DeniedNames =
        """
        localhost localhost. LOCALHOST localhost.localdomain foo.localhost metadata.google.internal printer.local chatbot chatbot.
        host.docker.internal router.home.arpa ⓛⓞⓒⓐⓛⓗⓞⓢⓣ loc­alhost
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    public static TheoryData<string> DeniedHosts => [.. DeniedIPv4, .. DeniedIPv6.Select(host => $"[{host}]"), .. DeniedNames];

    public static TheoryData<string> PublicHosts =>
        [.. """
        172.15.255.255 172.32.0.1 100.63.255.255 100.128.0.1 198.17.255.255 198.20.0.1 223.255.255.255 9.255.255.255 11.0.0.1
        169.253.255.255 169.255.0.1 [2606:4700:4700::1111] [2001:4860:4860::8888] [::ffff:8.8.8.8] example.com example.com.
        xn--4dbcagdahymbxekheh6e0a7fei0b.example דוגמה.example a_b.example.com localhost.example.com 10.0.0.1.nip.io
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];

    [Theory, MemberData(nameof(DeniedHosts))]
    public void A_host_that_is_not_public_is_refused(string host)
    {
        foreach (var url in new[] { $"http://{host}/", $"https://{host}:8443/path?query", $"HTTP://{host}" })
            Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check(url));
    }

    [Theory, MemberData(nameof(PublicHosts))]
    public void A_public_host_is_accepted(string host) => Assert.IsType<TargetUrl.Accepted>(Guard.Urls().Check($"https://{host}/hook"));

    [Theory]
    [InlineData("http://user:pass@example.com/", "url_credentials_refused")]
    [InlineData("http://@example.com/", "url_credentials_refused")]
    [InlineData("http://evil.com@127.0.0.1/", "url_credentials_refused")]
    [InlineData("http://127.0.0.1@evil.com/", "url_credentials_refused")]
    [InlineData("http://[::1]:80@evil.com/", "url_credentials_refused")]
    [InlineData("http://1.1.1.1 &@2.2.2.2# @3.3.3.3/", "url_credentials_refused")]
    [InlineData("http://evil.com#@127.0.0.1/", "url_fragment_refused")]
    [InlineData("https://example.com/#part", "url_fragment_refused")]
    [InlineData("http://evil.com\\@127.0.0.1/", "url_invalid")]
    [InlineData("http://127.0.0.1\\@evil.com/", "url_invalid")]
    [InlineData("http://evil.com%2f@127.0.0.1/", "url_credentials_refused")]
    [InlineData("http://evil.com%00.example.com/", "url_invalid")]
    [InlineData("http://evil.com%09.example.com/", "url_invalid")]
    [InlineData("http://%31%32%37.0.0.1/", "url_invalid")]
    [InlineData("http://evil\t.com/", "url_invalid")]
    [InlineData("http://evil.com/\r\nX-Injected: 1", "url_invalid")]
    [InlineData("http://evil\n.com/", "url_invalid")]
    [InlineData("http://evil .com/", "url_invalid")]
    [InlineData("http://example.com\0/", "url_invalid")]
    [InlineData("http://example.com:0/", "url_port_refused")]
    [InlineData("http://example.com:22/", "url_port_refused")]
    [InlineData("http://example.com:6379/", "url_port_refused")]
    [InlineData("http://example.com:65536/", "url_invalid")]
    [InlineData("http://example.com:+80/", "url_invalid")]
    [InlineData("http:/example.com", "url_invalid")]
    [InlineData("http:example.com", "url_invalid")]
    [InlineData("http:///example.com", "url_invalid")]
    [InlineData("http://", "url_invalid")]
    [InlineData("//example.com/", "url_scheme_refused")]
    [InlineData("\\\\example.com\\share", "url_invalid")]
    [InlineData("/path", "url_scheme_refused")]
    [InlineData("example.com", "url_invalid")]
    [InlineData("", "url_invalid")]
    [InlineData(null, "url_invalid")]
    public void A_url_that_reads_two_ways_is_refused(string? url, string code) =>
        Assert.Equal(code, Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check(url)).Code);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/")]
    [InlineData("gopher://example.com/_x")]
    [InlineData("dict://example.com/")]
    [InlineData("sftp://example.com/")]
    [InlineData("tftp://example.com/")]
    [InlineData("ldap://example.com/")]
    [InlineData("jar:http://example.com/!/")]
    [InlineData("netdoc:///etc/passwd")]
    [InlineData("data:text/plain,x")]
    [InlineData("ws://example.com/")]
    [InlineData("javascript:alert(1)")]
    public void Only_web_addresses_are_accepted(string url) =>
        Assert.Equal("url_scheme_refused", Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check(url)).Code);

    [Fact]
    public void A_url_has_a_longest_length_as_written_and_as_sent()
    {
        var prefix = "https://example.com/";
        var longest = prefix + new string('a', TargetPolicy.MaxLength - prefix.Length);

        Assert.IsType<TargetUrl.Accepted>(Guard.Urls().Check(longest));
        Assert.Equal("url_too_long", Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check(longest + "a")).Code);
        Assert.Equal("url_too_long", Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check(prefix + new string('א', 1000))).Code);
        Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check($"https://{new string('a', 64)}.example.com/"));
        Assert.IsType<TargetUrl.Refused>(Guard.Urls().Check($"https://{string.Join('.', Enumerable.Repeat(new string('a', 60), 5))}/"));
    }

    [Fact]
    public void An_operator_can_ask_for_https_and_open_ports()
    {
        var strict = Guard.Urls(new OutboundOptions { RequireHttps = true, AllowPorts = "5678, 3000" });

        Assert.Equal("url_https_required", Assert.IsType<TargetUrl.Refused>(strict.Check("http://example.com/")).Code);
        Assert.IsType<TargetUrl.Accepted>(strict.Check("https://example.com:5678/"));
        Assert.IsType<TargetUrl.Accepted>(strict.Check("https://example.com:3000/"));
        Assert.IsType<TargetUrl.Refused>(strict.Check("https://example.com:3001/"));
    }

    [Fact]
    public void An_allowed_network_opens_its_addresses_and_local_names_and_nothing_else()
    {
        var urls = Guard.Urls(new OutboundOptions { AllowCidrs = "192.168.0.120/32" });

        Assert.IsType<TargetUrl.Accepted>(urls.Check("http://192.168.0.120/"));
        Assert.IsType<TargetUrl.Accepted>(urls.Check("http://[::ffff:192.168.0.120]/"));
        Assert.IsType<TargetUrl.Accepted>(urls.Check("http://chatbot:8080/"));
        Assert.IsType<TargetUrl.Refused>(urls.Check("http://192.168.0.121/"));
        Assert.IsType<TargetUrl.Refused>(urls.Check("http://169.254.169.254/"));
        Assert.IsType<TargetUrl.Refused>(urls.Check("http://[64:ff9b::192.168.0.120]/"));
    }

    [Fact]
    public void A_sentence_for_a_private_address_does_not_depend_on_the_address() =>
        Assert.Single(DeniedHosts.Select(host => Guard.Urls().Check($"http://{host.Data}/")).OfType<TargetUrl.Refused>()
            .Where(refused => refused.Code == "url_address_refused").Distinct());
}
