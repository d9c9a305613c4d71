using Ezw.Foundation.Security.Outbound;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class ProxyTests
{
    private const string TargetVariable = "EZW_TEST_OUTBOUND_TARGET";
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static readonly string[] ProxyVariables = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

    [Fact]
    public async Task A_proxy_of_the_environment_sees_no_guarded_request()
    {
        if (Environment.GetEnvironmentVariable(TargetVariable) is { } port)
        {
            await CallBesideProxyAsync(port);
            return;
        }
        await using var proxy = RawServer.Answering(Ok);
        await using var target = RawServer.Answering(Ok);
        var environment = ProxyVariables.ToDictionary(name => name, _ => $"http://127.0.0.1:{proxy.Port}");
        environment["no_proxy"] = environment["NO_PROXY"] = "";
        environment[TargetVariable] = $"{target.Port}";

        await ChildTest.RunAsync(typeof(ProxyTests), nameof(A_proxy_of_the_environment_sees_no_guarded_request), environment);

        Assert.Equal("/plain", new Uri(Assert.Single(proxy.Requests).Target).AbsolutePath);
        Assert.Equal(["/guarded", "/named"], target.Requests.Select(request => request.Target));
    }

    private static async Task CallBesideProxyAsync(string port)
    {
        var options = new OutboundOptions { AllowCidrs = Guard.ThisMachine, AllowPorts = port };
        using var http = Guard.Client(options, Guard.Knowing("127.0.0.1"));
        using var plain = new HttpClient(new SocketsHttpHandler());

        // The plain client shows that the variables work here.
        await plain.GetAsync(new Uri($"http://127.0.0.1:{port}/plain"), TestContext.Current.CancellationToken);
        Assert.IsType<PostOutcome.Answered>(await http.PostAsync($"http://127.0.0.1:{port}/guarded"));
        Assert.IsType<PostOutcome.Answered>(await http.PostAsync($"http://hooks.example.com:{port}/named"));
    }
}
