using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ezw.Tests.Demo;

/// <summary>The demo has a password that everybody knows; it must stay among itself.</summary>
public sealed class DemoWorkspaceTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ezw-demo-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0", "--Kestrel:Endpoints:Wide:Url=http://0.0.0.0:0")]
    public async Task Does_not_listen_beyond_this_machine(string urls, params string[] settings)
    {
        await using var server = await BuildAsync(["--demo", "--urls", urls, .. settings]);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(Cancellation));
        Assert.Contains("this machine only", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Is_the_same_after_a_restart_and_opens_to_no_server_without_demo()
    {
        var first = await LineOfAsync(["--demo"]);
        Assert.Equal(first, await LineOfAsync(["--demo"]));

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => BuildAsync([]));
        Assert.Contains("--demo", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Adds_no_known_password_to_a_database_with_users()
    {
        await using (var real = await BuildAsync([]))
        {
            await real.Services.GetRequiredService<People>().CreateOrganizationAsync(
                "Acme", "olga@example.com", "Olga", "a good long password", Cancellation);
        }

        await using var demo = await BuildAsync(["--demo"]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => demo.StartAsync(Cancellation));
    }

    [Fact]
    public async Task Goes_on_where_an_interrupted_start_stopped()
    {
        await using (var interrupted = await BuildAsync(["--demo"]))
        {
            var database = interrupted.Services.GetRequiredService<Database>();
            await database.WriteAsync(db => Ezw.Demo.DemoStore.MarkAsync(db, 0, Cancellation), Cancellation);
            await interrupted.Services.GetRequiredService<People>().CreateOrganizationAsync(
                "Demo Ltd", Ezw.Demo.DemoWorkspace.OwnerEmail, "Demo Owner", Ezw.Demo.DemoWorkspace.OwnerPassword, Cancellation);
        }

        Assert.NotEqual("", await LineOfAsync(["--demo"]));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<WebApplication> BuildAsync(string[] args) => EzwServer.BuildAsync(
        ["--urls", "http://127.0.0.1:0", .. args, $"--Ezw:DataFolder={folder}", "--Ezw:DemoPeople=false"],
        builder => builder.Services.AddSingleton(new Ezw.Demo.DemoConsole(TextWriter.Null)));

    private async Task<string> LineOfAsync(string[] args)
    {
        await using var server = await BuildAsync(args);
        await server.StartAsync(Cancellation);
        await using var db = await server.Services.GetRequiredService<Database>().ReadAsync(Cancellation);
        var lines = await db.QueryAsync($"select id from line where device_id is not null", row => row.Uuid(0).ToString(), Cancellation);
        await server.StopAsync(Cancellation);
        return Assert.Single(lines);
    }
}
