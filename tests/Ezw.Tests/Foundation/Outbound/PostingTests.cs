using System.Diagnostics;
using System.Text;
using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class PostingTests
{
    [Fact]
    public async Task The_bytes_arrive_as_they_are_with_the_callers_headers()
    {
        await using var server = RawServer.Answering("HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\ndone");
        using var http = Guard.ClientOf(server);
        using var traced = new Activity("a request of ours").SetIdFormat(ActivityIdFormat.W3C).Start();

        var outcome = await http.PostAsync(server.Url, ("X-EZW-Attempt", "1"), ("Authorization", "Bearer a=b"));

        var answer = Assert.IsType<PostOutcome.Answered>(outcome);
        var request = server.Requests.Single();
        Assert.Equal((201, "done"), (answer.Status, Encoding.UTF8.GetString(answer.Body)));
        Assert.StartsWith("POST / HTTP/1.1", request.Head, StringComparison.Ordinal);
        Assert.Equal("{}", request.Body);
        Assert.Equal("application/json; charset=utf-8", request.Header("Content-Type"));
        Assert.Equal("1", request.Header("X-EZW-Attempt"));
        Assert.Equal("Bearer a=b", request.Header("Authorization"));
        Assert.Null(request.Header("traceparent"));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(307)]
    [InlineData(308)]
    [InlineData(500)]
    public async Task A_redirect_is_an_answer_and_is_never_followed(int status)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 {status} Go\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server);

        Assert.Equal(status, Assert.IsType<PostOutcome.Answered>(await http.PostAsync(server.Url)).Status);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Sixteen_kibibytes_of_an_endless_answer_are_kept()
    {
        await using var server = new RawServer(async (_, stream) =>
        {
            await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\n\r\n");
            while (true)
                await stream.WriteAsync(new byte[4096]);
        });
        using var http = Guard.ClientOf(server);

        Assert.Equal(16 * 1024, Assert.IsType<PostOutcome.Answered>(await http.PostAsync(server.Url)).Body.Length);
    }

    [Theory]
    [InlineData("Retry-After: 120", 120)]
    [InlineData("Retry-After: Sat, 01 Jan 2000 00:01:00 GMT", 60)]
    [InlineData("Retry-After: Fri, 31 Dec 1999 23:00:00 GMT", 0)]
    [InlineData("Retry-After: soon", null)]
    [InlineData("X-None: 1", null)]
    public async Task The_wish_to_wait_is_told(string header, int? seconds)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 429 Too Many Requests\r\n{header}\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server, time: new FakeTimeProvider());

        var answer = Assert.IsType<PostOutcome.Answered>(await http.PostAsync(server.Url));

        Assert.Equal(seconds, (int?)answer.RetryAfter?.TotalSeconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow")]
    public async Task Fifteen_seconds_cover_headers_and_body(string beginning)
    {
        var time = new FakeTimeProvider();
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = RawServer.Stalling(beginning, said);
        using var http = Guard.ClientOf(server, time: time);

        var post = http.PostAsync(server.Url);
        await said.Task;
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.False(post.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        var failed = Assert.IsType<PostOutcome.Failed>(await post);
        Assert.Equal((OutboundFailure.TimedOut, TimeSpan.FromSeconds(15)), (failed.Why, failed.Duration));
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is not HTTP\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ncut")]
    public async Task An_answer_that_breaks_off_is_a_failure_and_nothing_is_posted_twice(string response)
    {
        await using var server = RawServer.Answering(response);
        using var http = Guard.ClientOf(server);

        Assert.Equal(OutboundFailure.BrokenOff, Assert.IsType<PostOutcome.Failed>(await http.PostAsync(server.Url)).Why);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_closed_port_is_a_failed_connection()
    {
        var server = RawServer.Answering("");
        var url = server.Url;
        using var http = Guard.ClientOf(server);
        await server.DisposeAsync();

        Assert.Equal(OutboundFailure.ConnectionFailed, Assert.IsType<PostOutcome.Failed>(await http.PostAsync(url)).Why);
    }

    [Fact]
    public async Task Cookies_of_one_answer_do_not_reach_the_next_request()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server);

        await http.PostAsync(server.Url);
        await http.PostAsync(server.Url);

        Assert.All(server.Requests, request => Assert.Null(request.Header("Cookie")));
    }

    [Theory]
    [InlineData("X-Custom", "a\r\nX-Injected: 1")]
    [InlineData("X-Custom", "a\nX-Injected: 1")]
    [InlineData("X-Custom", "a\0b")]
    [InlineData("X-Custom: 1\r\nX-Injected", "1")]
    [InlineData("Host", "example.com")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Content-Length", "0")]
    public async Task A_header_that_would_bring_others_along_stops_the_request(string name, string value)
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        using var http = Guard.ClientOf(server);

        Assert.Equal("header_refused", Assert.IsType<PostOutcome.Refused>(await http.PostAsync(server.Url, (name, value))).Code);
        Assert.IsType<DownloadOutcome.Refused>((await http.FetchAsync(server.Url, headers: (name, value))).Outcome);
        Assert.Empty(server.Requests);
    }
}
