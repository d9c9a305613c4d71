using System.Net;
using Ezw.Foundation.Security.Outbound;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Foundation.Outbound;

public sealed class StartingTests
{
    [Fact]
    public async Task The_client_is_there_with_the_operators_settings()
    {
        await using var server = RawServer.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        using var host = Build(
            $"--Ezw:Outbound:AllowCidrs={Guard.ThisMachine}, ::1/128", $"--Ezw:Outbound:AllowPorts={server.Port}");
        await host.StartAsync(TestContext.Current.CancellationToken);
        var http = host.Services.GetRequiredService<GuardedHttp>();

        Assert.IsType<PostOutcome.Answered>(await http.PostAsync(server.Url));
        // The real resolver of this machine, which knows this name without asking anybody.
        Assert.IsType<PostOutcome.Answered>(await http.PostAsync($"http://localhost:{server.Port}/"));
        Assert.IsType<PostOutcome.Refused>(await http.PostAsync("http://127.0.0.2/"));
    }

    [Fact]
    public async Task Without_settings_this_machine_is_not_called()
    {
        using var host = Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        Assert.False(host.Services.GetRequiredService<AddressPolicy>().Allows(IPAddress.Loopback));
        Assert.IsType<PostOutcome.Refused>(await host.Services.GetRequiredService<GuardedHttp>().PostAsync("http://127.0.0.1/"));
    }

    [Fact]
    public async Task Mistakes_in_settings_are_told_all_at_once()
    {
        using var host = Build("--Ezw:Outbound:AllowCidrs=intranet, 0.0.0.0/0", "--Ezw:Outbound:AllowPorts=http");

        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(3, refusal.Failures.Count());
    }

    private static IHost Build(params string[] settings)
    {
        var builder = Host.CreateApplicationBuilder(settings);
        builder.AddOutbound();
        return builder.Build();
    }
}
