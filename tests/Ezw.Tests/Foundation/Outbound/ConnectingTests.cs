using System.Net;
using System.Net.Sockets;
using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class ConnectingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    [Fact]
    public async Task A_name_that_leads_to_an_allowed_address_is_called()
    {
        await using var server = RawServer.Answering(Ok);
        using var http = Guard.ClientOf(server, Guard.Knowing("127.0.0.1"));

        var answer = Assert.IsType<PostOutcome.Answered>(await http.PostAsync($"http://hooks.example.com:{server.Port}/a"));

        Assert.Equal(200, answer.Status);
        Assert.Equal($"hooks.example.com:{server.Port}", server.Requests.Single().Header("Host"));
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("127.0.0.1 127.0.0.2")]
    [InlineData("127.0.0.2 127.0.0.1")]
    [InlineData("127.0.0.1 ::1")]
    [InlineData("127.0.0.1 fe80::1%1")]
    [InlineData("127.0.0.1 169.254.169.254")]
    [InlineData("::ffff:127.0.0.2")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("10.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task One_denied_address_refuses_the_whole_name(string addresses)
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask, at: IPAddress.Any);
        using var http = Guard.ClientOf(server, Guard.Knowing(addresses.Split(' ')));

        await ShouldBeBlockedAsync(http, server);
    }

    [Fact]
    public async Task A_thousand_answers_are_refused_and_none_is_no_address()
    {
        await using var server = RawServer.Answering(Ok);
        using var crowded = Guard.ClientOf(server, Guard.Knowing([.. Enumerable.Repeat("127.0.0.1", 1000)]));
        using var empty = Guard.ClientOf(server, Guard.Knowing());

        await ShouldBeBlockedAsync(crowded, server);
        await ShouldBeBlockedAsync(empty, server);
    }

    [Fact]
    public async Task Whatever_goes_wrong_while_resolving_refuses_the_name()
    {
        await using var server = RawServer.Answering(Ok);
        Exception[] failures =
        [
            new SocketException((int)SocketError.HostNotFound), new SocketException((int)SocketError.TryAgain),
            new SocketException((int)SocketError.NoData), new ArgumentException("0.0.0.0 is unspecified"),
            new InvalidOperationException("a bug in a resolver"), new OperationCanceledException(), new IOException("no resolv.conf"),
        ];
        foreach (var failure in failures)
        {
            using var throwing = Guard.ClientOf(server, (_, _) => throw failure);
            using var failing = Guard.ClientOf(server, (_, _) => Task.FromException<IPAddress[]>(failure));
            await ShouldBeBlockedAsync(throwing, server);
            await ShouldBeBlockedAsync(failing, server);
        }
    }

    [Fact]
    public async Task A_resolver_that_does_not_answer_refuses_the_name()
    {
        var time = new FakeTimeProvider();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<IPAddress[]>();
        await using var server = RawServer.Answering(Ok);
        using var http = Guard.ClientOf(server, (_, _) =>
        {
            asked.SetResult();
            return never.Task;
        }, time);

        var post = http.PostAsync($"http://slow.example.com:{server.Port}/");
        await asked.Task;
        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(OutboundFailure.Blocked, Assert.IsType<PostOutcome.Failed>(await post).Why);
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task A_name_that_changes_its_mind_is_checked_at_every_connection()
    {
        await using var server = new RawServer((_, stream) => stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(Ok)).AsTask(), at: IPAddress.Any);
        var lookups = 0;
        using var http = Guard.ClientOf(
            server, (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(++lookups % 2 == 1 ? "127.0.0.1" : "127.0.0.2")]));
        var url = $"http://rebinding.example.com:{server.Port}/";

        Assert.IsType<PostOutcome.Answered>(await http.PostAsync(url));
        Assert.Equal(OutboundFailure.Blocked, Assert.IsType<PostOutcome.Failed>(await http.PostAsync(url)).Why);
        Assert.IsType<PostOutcome.Answered>(await http.PostAsync(url));

        Assert.Equal(2, server.Connections);
        // One question for each connection: the answer that was checked is the answer that is used.
        Assert.Equal(3, lookups);
    }

    [Fact]
    public async Task Addresses_are_tried_in_their_order()
    {
        await using var server = RawServer.Answering(Ok);
        var options = new OutboundOptions { AllowCidrs = "127.0.0.0/8", AllowPorts = $"{server.Port}" };
        using var http = Guard.Client(options, Guard.Knowing("127.0.0.9", "127.0.0.8", "127.0.0.1"));
        using var deaf = Guard.Client(options, Guard.Knowing("127.0.0.9", "127.0.0.8"));

        Assert.IsType<PostOutcome.Answered>(await http.PostAsync($"http://many.example.com:{server.Port}/"));
        var failed = Assert.IsType<PostOutcome.Failed>(await deaf.PostAsync($"http://many.example.com:{server.Port}/"));
        Assert.Equal(OutboundFailure.ConnectionFailed, failed.Why);
    }

    [Fact]
    public async Task Under_a_narrower_policy_no_open_connection_is_inherited()
    {
        await using var server = RawServer.Answering(Ok, keepsAlive: true);
        using var before = Guard.ClientOf(server);
        using var after = Guard.Client(new OutboundOptions { AllowPorts = $"{server.Port}" }, Guard.Knowing("127.0.0.1"));

        Assert.IsType<PostOutcome.Answered>(await before.PostAsync(server.Url));
        Assert.IsType<PostOutcome.Answered>(await before.PostAsync(server.Url));
        Assert.IsType<PostOutcome.Refused>(await after.PostAsync(server.Url));
        await ShouldBeBlockedAsync(after, server, connections: 1);
    }

    // What the check of the text would have refused, in case a way around it is found.
    [Theory, MemberData(nameof(SavingAUrlTests.DeniedHosts), MemberType = typeof(SavingAUrlTests))]
    public async Task The_connection_itself_refuses_every_host_that_is_not_public(string host)
    {
        using var connector = new TargetConnector(Guard.Addresses(new OutboundOptions()), Dns.GetHostAddressesAsync, TimeProvider.System);
        using var handler = GuardedHandler.Create(connector);
        using var http = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{host}/");

        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(request, CancellationToken.None));

        Assert.IsType<BlockedTargetException>(failure.InnerException);
    }

    [Fact]
    public void The_handler_does_nothing_on_its_own()
    {
        using var connector = new TargetConnector(Guard.Addresses(new OutboundOptions()), Guard.Knowing(), TimeProvider.System);
        using var handler = GuardedHandler.Create(connector);

        Assert.False(handler.UseProxy);
        Assert.False(handler.AllowAutoRedirect);
        Assert.False(handler.UseCookies);
        Assert.Equal(DecompressionMethods.None, handler.AutomaticDecompression);
        Assert.Equal(TimeSpan.FromSeconds(5), handler.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(60), handler.PooledConnectionLifetime);
        Assert.True(handler.SslOptions.CertificateChainPolicy?.DisableCertificateDownloads);
    }

    private static async Task ShouldBeBlockedAsync(GuardedHttp http, RawServer server, int connections = 0)
    {
        var post = await http.PostAsync($"http://name.example.com:{server.Port}/");
        var (download, _) = await http.FetchAsync($"http://name.example.com:{server.Port}/");

        Assert.Equal(OutboundFailure.Blocked, Assert.IsType<PostOutcome.Failed>(post).Why);
        Assert.Equal(OutboundFailure.Blocked, Assert.IsType<DownloadOutcome.Unreachable>(download).Why);
        Assert.Equal(connections, server.Connections);
    }
}
