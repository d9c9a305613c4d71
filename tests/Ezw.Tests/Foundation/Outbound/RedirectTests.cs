using Ezw.Foundation.Security.Outbound;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class RedirectTests
{
    private const string File = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nfile";

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_download_follows_to_where_the_file_is(int status)
    {
        var redirect = $"HTTP/1.1 {status} Go\r\nLocation: there?a=b#part\r\nContent-Length: 0\r\n\r\n";
        await using var server = new RawServer((request, stream) =>
            RawServer.SayAsync(stream, request.Target == "/there?a=b" ? File : redirect));
        using var http = Guard.ClientOf(server);

        var (outcome, file) = await http.FetchAsync(server.Url);

        Assert.Equal(new DownloadOutcome.Downloaded("text/plain", "there", 4), outcome);
        Assert.Equal("file"u8, file);
    }

    [Theory]
    [InlineData("http://127.0.0.2:8080/")]
    [InlineData("//127.0.0.2:8080/")]
    [InlineData("\\\\127.0.0.2:8080\\x")]
    [InlineData("http://169.254.169.254/latest/meta-data/")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    [InlineData("http://①②⑦.⓪.⓪.②/")]
    [InlineData("http://0/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://127.0.0.1/")]
    [InlineData("ftp://127.0.0.1/")]
    [InlineData("http://user:pass@127.0.0.1/")]
    [InlineData("http://127.0.0.1:22/")]
    [InlineData("http://")]
    public async Task A_redirect_is_checked_like_the_first_address(string location)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server);

        var (outcome, _) = await http.FetchAsync(server.Url);

        Assert.IsType<DownloadOutcome.Refused>(outcome);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_redirect_to_a_name_that_leads_to_a_private_address_is_blocked()
    {
        await using var server = RawServer.Answering(
            "HTTP/1.1 302 Found\r\nLocation: http://inside.example.com/\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server, Guard.Knowing("10.0.0.1"));

        var (outcome, _) = await http.FetchAsync(server.Url);

        Assert.Equal(new DownloadOutcome.Unreachable(OutboundFailure.Blocked), outcome);
    }

    [Theory]
    [InlineData("/next")]
    [InlineData("/")]
    public async Task A_long_way_and_a_loop_end_after_three_redirects(string location)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server);

        var (outcome, _) = await http.FetchAsync(server.Url);

        Assert.Equal("too_many_redirects", Assert.IsType<DownloadOutcome.Refused>(outcome).Code);
        Assert.Equal(1 + Download.MaxRedirects, server.Requests.Count);
    }

    [Fact]
    public async Task Three_redirects_still_arrive()
    {
        await using var server = new RawServer((request, stream) => RawServer.SayAsync(
            stream, request.Target == "/3" ? File : $"HTTP/1.1 302 Found\r\nLocation: /{Next(request)}\r\nContent-Length: 0\r\n\r\n"));
        using var http = Guard.ClientOf(server);

        Assert.IsType<DownloadOutcome.Downloaded>((await http.FetchAsync($"{server.Url}0")).Outcome);

        static int Next(RawRequest request) => int.Parse(request.Target[1..]) + 1;
    }

    [Fact]
    public async Task Headers_go_to_the_first_address_only()
    {
        await using var server = new RawServer((request, stream) => RawServer.SayAsync(
            stream, request.Target == "/" ? "HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n" : File));
        using var http = Guard.ClientOf(server);

        await http.FetchAsync(server.Url, headers: ("Authorization", "Bearer secret"));

        Assert.Equal(["Bearer secret", null], server.Requests.Select(request => request.Header("Authorization")));
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 302)]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n", 302)]
    [InlineData("HTTP/1.1 304 Not Modified\r\nLocation: /a\r\n\r\n", 304)]
    [InlineData("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404)]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-0/2\r\nContent-Length: 1\r\n\r\na", 206)]
    public async Task Another_status_is_not_the_file(string response, int status)
    {
        await using var server = RawServer.Answering(response);
        using var http = Guard.ClientOf(server);

        var (outcome, file) = await http.FetchAsync(server.Url);

        Assert.Equal(new DownloadOutcome.HttpStatus(status), outcome);
        Assert.Empty(file);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nRefresh: 0; url=/there\r\nContent-Length: 4\r\n\r\nfile")]
    [InlineData("HTTP/1.1 200 OK\r\nLocation: /there\r\nContent-Length: 4\r\n\r\nfile")]
    public async Task Only_a_redirect_status_redirects(string response)
    {
        await using var server = RawServer.Answering(response);
        using var http = Guard.ClientOf(server);

        Assert.IsType<DownloadOutcome.Downloaded>((await http.FetchAsync(server.Url)).Outcome);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Encoded_line_breaks_of_a_location_stay_encoded()
    {
        await using var server = new RawServer((request, stream) => RawServer.SayAsync(stream, request.Target == "/"
            ? "HTTP/1.1 302 Found\r\nLocation: /a%0d%0aX-Injected:%201\r\nContent-Length: 0\r\n\r\n"
            : File));
        using var http = Guard.ClientOf(server);

        await http.FetchAsync(server.Url);

        Assert.Null(server.Requests.Last().Header("X-Injected"));
    }

    [Theory]
    [InlineData("https://example.com/", "http://example.com/", true)]
    [InlineData("https://example.com/", "https://example.com/b", false)]
    [InlineData("http://example.com/", "https://example.com/", false)]
    public void Https_is_not_left(string from, string to, bool downgrade) =>
        Assert.Equal(downgrade, Redirection.IsDowngrade(new Uri(from), new Uri(to)));
}
