using Ezw.Foundation.Security.Outbound;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class ResumptionTests
{
    private const string Dates = "Date: Tue, 24 Nov 2026 10:00:00 GMT\r\nLast-Modified: ";
    private const string Tag = "ETag: \"v1\"";
    private const string Rest = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\nContent-Length: 6\r\n";

    [Theory]
    [InlineData(Tag, "\"v1\"")]
    [InlineData(Dates + "Tue, 24 Nov 2026 09:00:00 GMT", "Tue, 24 Nov 2026 09:00:00 GMT")]
    public async Task A_broken_download_goes_on_where_it_stopped(string proof, string condition)
    {
        await using var server = Cutting(proof, $"{Rest}{proof}\r\n\r\n567890");
        using var http = Guard.ClientOf(server);

        var (outcome, file) = await http.FetchAsync(server.Url);

        Assert.Equal(new DownloadOutcome.Downloaded("text/plain", null, 10), outcome);
        Assert.Equal("1234567890"u8, file);
        Assert.Equal("bytes=4-", server.Requests.Last().Header("Range"));
        Assert.Equal(condition, server.Requests.Last().Header("If-Range"));
    }

    [Theory]
    [InlineData("X-None: 1")]
    [InlineData("ETag: W/\"v1\"")]
    [InlineData("Last-Modified: Tue, 24 Nov 2026 09:00:00 GMT")]
    [InlineData(Dates + "Tue, 24 Nov 2026 10:00:00 GMT")]
    [InlineData(Tag + "\r\nAccept-Ranges: none")]
    public async Task Without_proof_that_the_file_stays_the_same_nothing_more_is_asked(string proof)
    {
        await using var server = Cutting(proof, $"{Rest}\r\n567890");
        using var http = Guard.ClientOf(server);

        Assert.Equal(new DownloadOutcome.Unreachable(OutboundFailure.BrokenOff), (await http.FetchAsync(server.Url)).Outcome);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcdefghij")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Length: 6\r\n\r\n567890")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 3-9/10\r\nContent-Length: 7\r\n\r\n4567890")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/11\r\nContent-Length: 6\r\n\r\n567890")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-10/11\r\nContent-Length: 7\r\n\r\n5678901")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/*\r\nContent-Length: 6\r\n\r\n567890")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\nETag: \"v2\"\r\nContent-Length: 6\r\n\r\n567890")]
    [InlineData("HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\nETag: \"v1\"\r\nContent-Length: 6\r\n\r\n56")]
    public async Task A_rest_that_does_not_fit_is_no_file_and_is_asked_for_once(string second)
    {
        await using var server = Cutting(Tag, second);
        using var http = Guard.ClientOf(server);

        Assert.Equal(new DownloadOutcome.Unreachable(OutboundFailure.BrokenOff), (await http.FetchAsync(server.Url)).Outcome);
        Assert.Equal([null, "bytes=4-"], server.Requests.Select(request => request.Header("Range")));
    }

    [Fact]
    public async Task A_server_that_only_hangs_up_is_not_asked_forever()
    {
        await using var server = Cutting(Tag, "");
        using var http = Guard.ClientOf(server);

        Assert.Equal(new DownloadOutcome.Unreachable(OutboundFailure.BrokenOff), (await http.FetchAsync(server.Url)).Outcome);
        // .NET itself repeats a GET three times when not one byte of an answer came.
        Assert.InRange(server.Requests.Count, 2, 5);
    }

    [Fact]
    public async Task The_cap_counts_both_parts()
    {
        const string endless = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 4-9/10\r\n\r\n567890ab";
        await using var server = Cutting(Tag, endless);
        using var http = Guard.ClientOf(server);

        var (outcome, file) = await http.FetchAsync(server.Url, maxBytes: 10);

        Assert.Equal(new DownloadOutcome.TooLarge(10), outcome);
        Assert.InRange(file.Length, 4, 10);
    }

    /// <summary>Promises ten bytes, sends four and hangs up; the question for the rest gets its own answer.</summary>
    private static RawServer Cutting(string headers, string rest) => new((request, stream) => RawServer.SayAsync(
        stream,
        request.Header("Range") is null
            ? $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n{headers}\r\nContent-Length: 10\r\n\r\n1234"
            : rest));
}
