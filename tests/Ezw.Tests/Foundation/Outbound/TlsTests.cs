using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Ezw.Foundation.Security.Outbound;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class TlsTests
{
    private const string PlaceVariable = "EZW_TEST_ISSUER_FILE";

    // Where .NET on Linux looks for the issuers that it trusts, when first asked.
    private const string TrustedVariable = "SSL_CERT_FILE";

    [Fact]
    public async Task A_certificate_of_nobody_is_refused_and_its_issuer_is_not_fetched()
    {
        await using var issuer = RawServer.Answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        using var authority = new Certificates();
        using var certificate = authority.Issue(IPAddress.Loopback, Certificates.ForServers, issuer.Url);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener, certificate);
        using var http = Guard.Client(new OutboundOptions { AllowCidrs = Guard.ThisMachine, AllowPorts = $"{port}" });

        var (outcome, _) = await http.FetchAsync($"https://127.0.0.1:{port}/");
        await serving;

        var unreachable = Assert.IsType<DownloadOutcome.Unreachable>(outcome);
        Assert.Equal((OutboundFailure.TlsFailed, false), (unreachable.Why, unreachable.IsTransient));
        Assert.Equal(0, issuer.Connections);
    }

    [Fact]
    public async Task A_good_certificate_is_accepted_and_one_for_another_purpose_or_host_is_not()
    {
        if (Environment.GetEnvironmentVariable(PlaceVariable) is { } place)
        {
            await CallWithTrustAsync(place);
            return;
        }
        var file = Path.GetTempFileName();
        await ChildTest.RunAsync(
            typeof(TlsTests), nameof(A_good_certificate_is_accepted_and_one_for_another_purpose_or_host_is_not),
            [KeyValuePair.Create(TrustedVariable, file), KeyValuePair.Create(PlaceVariable, file)]);
        File.Delete(file);
    }

    private static async Task CallWithTrustAsync(string place)
    {
        using var authority = new Certificates();
        await File.WriteAllTextAsync(place, authority.RootPem, TestContext.Current.CancellationToken);
        using var good = authority.Issue(IPAddress.Loopback, Certificates.ForServers);
        using var purpose = authority.Issue(IPAddress.Loopback, Certificates.ForClients);
        using var host = authority.Issue(IPAddress.Parse("127.0.0.2"), Certificates.ForServers);

        var answer = Assert.IsType<PostOutcome.Answered>(await AskAsync(good));
        Assert.Equal("HTTP/2"u8, answer.Body);
        Assert.Equal(OutboundFailure.TlsFailed, Assert.IsType<PostOutcome.Failed>(await AskAsync(purpose)).Why);
        Assert.Equal(OutboundFailure.TlsFailed, Assert.IsType<PostOutcome.Failed>(await AskAsync(host)).Why);
        await ShouldOutliveGoAwayAsync(good);
        await ShouldNotWaitForStreamsAsync(good);
    }

    private static async Task<PostOutcome> AskAsync(X509Certificate2 certificate)
    {
        await using var server = await ServeAsync(certificate, http => http.Response.WriteAsync(http.Request.Protocol));
        using var http = ClientOf(server);
        return await http.PostAsync(UrlOf(server));
    }

    /// <summary>HTTP/2's GOAWAY: what is under way gets its answer, and the next one a connection of its own.</summary>
    private static async Task ShouldOutliveGoAwayAsync(X509Certificate2 certificate)
    {
        var connections = new ConcurrentBag<string>();
        await using var server = await ServeAsync(certificate, async http =>
        {
            connections.Add(http.Connection.Id);
            http.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().RequestClose();
            await http.Response.WriteAsync("bye");
        });
        using var http = ClientOf(server);
        for (var i = 0; i < 3; i++)
        {
            var answer = Assert.IsType<PostOutcome.Answered>(await http.PostAsync(UrlOf(server)));
            Assert.Equal("bye"u8, answer.Body);
        }
        Assert.Equal(3, connections.Distinct().Count());
    }

    /// <summary>Tenants share hosts: one that is not answered must not hold up the next.</summary>
    private static async Task ShouldNotWaitForStreamsAsync(X509Certificate2 certificate)
    {
        var both = new CountdownEvent(2);
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(certificate, _ =>
        {
            if (both.Signal())
                arrived.SetResult();
            return arrived.Task;
        }, streams: 1);
        using var http = ClientOf(server);
        foreach (var outcome in await Task.WhenAll(http.PostAsync(UrlOf(server)), http.PostAsync(UrlOf(server))))
            Assert.Equal(200, Assert.IsType<PostOutcome.Answered>(outcome).Status);
    }

    private static GuardedHttp ClientOf(WebApplication server) =>
        Guard.Client(new OutboundOptions { AllowCidrs = Guard.ThisMachine, AllowPorts = $"{new Uri(server.Urls.First()).Port}" });

    private static string UrlOf(WebApplication server) => $"https://127.0.0.1:{new Uri(server.Urls.First()).Port}/";

    /// <param name="streams">At once on one connection.</param>
    private static async Task<WebApplication> ServeAsync(X509Certificate2 certificate, RequestDelegate answer, int streams = 100)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate, ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
        // By callback, because Kestrel would refuse by itself to serve with a client's certificate.
        var handshake = new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(options) };
        builder.WebHost.UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.Http2.MaxStreamsPerConnection = streams;
                kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(handshake));
            });
        var app = builder.Build();
        app.MapPost("/", answer);
        await app.StartAsync();
        return app;
    }

    private static async Task ServeAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            // Offline, or this server itself would fetch the issuer to send it along.
            var offline = SslStreamCertificateContext.Create(certificate, null, offline: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = offline });
            _ = await tls.ReadAsync(new byte[1]);
        }
        catch (Exception refused) when (refused is IOException or AuthenticationException)
        {
            // The client did not like the certificate, which is the point.
        }
    }
}
