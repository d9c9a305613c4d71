using System.IO.Compression;
using System.Text;
using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class DownloadTests
{
    [Theory]
    [InlineData("Content-Disposition: attachment; filename=\"report.pdf\"", "report.pdf")]
    [InlineData("Content-Disposition: attachment; filename=\"a.pdf\"; filename*=UTF-8''%D7%93%D7%95%D7%97.pdf", "דוח.pdf")]
    [InlineData("Content-Disposition: attachment; filename=\"דוח.pdf\"", "דוח.pdf")]
    [InlineData("Content-Disposition: attachment; filename=\"../../etc/passwd\"", "passwd")]
    [InlineData("Content-Disposition: attachment; filename=\"C:\\\\boot.ini\"", "boot.ini")]
    [InlineData("Content-Disposition: attachment; filename*=UTF-8''a%0d%0aX%3A1.pdf", "aX1.pdf")]
    [InlineData("Content-Disposition: attachment; filename*=UTF-8''photo%E2%80%AEgpj.exe", "photogpj.exe")]
    [InlineData("Content-Disposition: nonsense;;;", "x y.png")]
    [InlineData("X-Other: 1", "x y.png")]
    public async Task A_file_has_the_name_that_the_server_or_the_url_gives(string header, string name)
    {
        await using var server = RawServer.Answering(
            $"HTTP/1.1 200 OK\r\nContent-Type: Image/PNG; q=1\r\n{header}\r\nContent-Length: 1\r\n\r\na");
        using var http = Guard.ClientOf(server);

        var (outcome, _) = await http.FetchAsync($"{server.Url}folder/x%20y.png?z");

        Assert.Equal(new DownloadOutcome.Downloaded("image/png", name, 1), outcome);
    }

    [Fact]
    public async Task A_file_may_have_neither_name_nor_type()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\n\r\nuntil the end");
        using var http = Guard.ClientOf(server);

        Assert.Equal(new DownloadOutcome.Downloaded(null, null, 13), (await http.FetchAsync(server.Url)).Outcome);
    }

    [Theory]
    [InlineData("Content-Length: 11\r\n\r\n12345678901", 0)]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n8\r\n12345678\r\n8\r\n12345678\r\n0\r\n\r\n", 10)]
    [InlineData("\r\n12345678901", 10)]
    public async Task No_byte_beyond_the_cap_is_kept_whatever_is_announced(string rest, int atMost)
    {
        await using var server = RawServer.Answering($"HTTP/1.1 200 OK\r\n{rest}");
        using var http = Guard.ClientOf(server);

        var (outcome, file) = await http.FetchAsync(server.Url, maxBytes: 10);

        Assert.Equal(new DownloadOutcome.TooLarge(10), outcome);
        Assert.InRange(file.Length, 0, atMost);
    }

    [Fact]
    public async Task An_endless_body_ends_at_the_cap()
    {
        await using var server = new RawServer(async (_, stream) =>
        {
            await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\n\r\n");
            while (true)
                await stream.WriteAsync(new byte[4096]);
        });
        using var http = Guard.ClientOf(server);

        var (outcome, file) = await http.FetchAsync(server.Url, maxBytes: 300_000);

        Assert.Equal(new DownloadOutcome.TooLarge(300_000), outcome);
        Assert.InRange(file.Length, 1, 300_000);
    }

    [Fact]
    public async Task A_file_of_exactly_the_cap_is_kept()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n1234567890");
        using var http = Guard.ClientOf(server);

        var (_, file) = await http.FetchAsync(server.Url, maxBytes: 10);

        Assert.Equal("1234567890"u8, file);
    }

    [Fact]
    public async Task What_comes_compressed_is_not_unpacked()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(new byte[10_000_000], TestContext.Current.CancellationToken);
        await using var server = new RawServer(async (_, stream) =>
        {
            await RawServer.SayAsync(stream, $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\n\r\n");
            await stream.WriteAsync(packed.ToArray());
        });
        using var http = Guard.ClientOf(server);

        var (_, file) = await http.FetchAsync(server.Url, maxBytes: 20_000);

        Assert.Equal(packed.ToArray(), file);
        Assert.Equal("identity", server.Requests.Single().Header("Accept-Encoding"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Le")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nslow")]
    public async Task The_total_time_covers_headers_and_body(string beginning)
    {
        var time = new FakeTimeProvider();
        var said = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = RawServer.Stalling(beginning, said);
        using var http = Guard.ClientOf(server, time: time);

        var download = http.FetchAsync(server.Url);
        await said.Task;
        time.Advance(TimeSpan.FromSeconds(30));

        Assert.IsType<DownloadOutcome.TimedOut>((await download).Outcome);
    }

    [Fact]
    public async Task A_caller_that_stops_gets_no_outcome()
    {
        using var stopping = new CancellationTokenSource();
        await using var server = new RawServer((_, _) => stopping.CancelAsync(), keepsAlive: true);
        using var http = Guard.ClientOf(server);
        var order = new DownloadOrder(server.Url, 10, TimeSpan.FromSeconds(30));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => http.DownloadAsync(order, Stream.Null, stopping.Token));
    }

    [Fact]
    public async Task A_stream_that_cannot_be_written_is_the_callers_failure_and_not_the_networks()
    {
        await using var server = RawServer.Answering("HTTP/1.1 200 OK\r\nETag: \"a\"\r\nContent-Length: 1\r\n\r\na");
        using var http = Guard.ClientOf(server);
        var order = new DownloadOrder(server.Url, 10, TimeSpan.FromSeconds(30));

        await Assert.ThrowsAsync<NotSupportedException>(
            () => http.DownloadAsync(order, new MemoryStream([], writable: false), CancellationToken.None));
    }

    [Fact]
    public async Task Endless_headers_are_not_read_to_their_end()
    {
        var header = $"X-Long: {new string('a', 1000)}\r\n";
        await using var server = RawServer.Answering($"HTTP/1.1 200 OK\r\n{new StringBuilder().Insert(0, header, 40)}\r\n");
        using var http = Guard.ClientOf(server);

        Assert.Equal(new DownloadOutcome.Unreachable(OutboundFailure.BrokenOff), (await http.FetchAsync(server.Url)).Outcome);
    }
}
