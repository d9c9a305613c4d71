using Ezw.Tests.Support;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>A server that is killed takes its sidecars along: none may hold a line's socket that another owner opens.</summary>
[Collection(ProcessCollection.Name)]
public sealed class LinkedDeviceCrashTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_ends_leaves_no_sidecar_and_the_next_one_connects_without_a_new_pairing(bool killed)
    {
        Prerequisite.Node();
        Programs.AreListed();
        var folder = Directory.CreateTempSubdirectory("ezw-crash-").FullName;
        var sidecar = Path.Combine(folder, "main.mjs");
        File.Copy(RepositoryRoot.Of("tests/Ezw.Tests/Providers/LinkedDevice/fake-sidecar.mjs"), sidecar);
        string[] settings = [$"--Ezw:DataFolder={folder}/data", $"--Ezw:LinkedDevice:SidecarPath={sidecar}", "--Ezw:Lines:HeartbeatMs=200"];

        var server = await ServerProcess.StartAsync(settings);
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var line = await client.CreateLineAsync("Real", "linked-device");
        await client.PairByCodeAsync(line, "+972501000001");
        await ConnectedAsync(client, line);
        Assert.Single(Programs.Running(sidecar));

        if (killed)
            await server.KillAsync();
        else
            Assert.Equal(0, await server.StopAsync(Patience));
        await Until.TrueAsync("the sidecar ends", Patience, () => Task.FromResult(Programs.Running(sidecar).Count == 0));
        await server.DisposeAsync();

        await using var next = await ServerProcess.StartAsync(settings);
        client.Server = await next.ReadyAsync();
        await Until.TrueAsync("another sidecar runs", Patience, () => Task.FromResult(Programs.Running(sidecar).Count == 1));
        await ConnectedAsync(client, line);
        await next.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static Task ConnectedAsync(ChannelClient client, Guid line) => Until.TrueAsync(
        "the line is connected", Patience, async () => await client.LifecycleAsync(line) == "connected");
}
