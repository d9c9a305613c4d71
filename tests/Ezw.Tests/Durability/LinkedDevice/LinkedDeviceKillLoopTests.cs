using System.Diagnostics;
using System.Globalization;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>
/// The promise of the product for real lines: a sidecar, a server or both may be killed in the middle of a send or of an arrival, and
/// nothing is lost, doubled or overtaken on either side. EZW_KILLS and EZW_SEED as in the other loops, but half as many kills, and at
/// least each kind of them once.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class LinkedDeviceKillLoopTests(ITestOutputHelper output)
{
    private const int DefaultKills = 10;

    /// <summary>A killed server's sidecars see the end of their input: nobody else may open the line before they are gone.</summary>
    private static readonly TimeSpan OrphanLimit = TimeSpan.FromSeconds(5);

    private static readonly Victim[] Victims = Enum.GetValues<Victim>();
    private static readonly Middle[] Middles = Enum.GetValues<Middle>();

    private enum Victim { Sidecar, Server, Both }

    private enum Middle { OfASend, OfAnArrival }

    private static int Kills => Math.Max(Victims.Length * Middles.Length, int.Parse(
        Environment.GetEnvironmentVariable("EZW_KILLS") ?? $"{DefaultKills}", CultureInfo.InvariantCulture) / 2);

    private static int Seed => Environment.GetEnvironmentVariable("EZW_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : Random.Shared.Next(1, 1_000_000);

    [Theory, EachDatabase]
    public async Task Killed_in_the_middle_of_each_direction_sidecar_and_server_lose_and_double_nothing(DatabaseKind kind)
    {
        Prerequisite.Sidecar();
        Programs.AreListed();
        var (seed, kills) = (Seed, Kills);
        await using var cluster = await LinkedCluster.StartAsync(kind);
        var server = await cluster.LaunchAsync();
        using var client = await cluster.PairAsync(server);
        var traffic = await TwoWayTraffic.StartAsync(cluster, client, seed);
        var watch = Stopwatch.StartNew();
        try
        {
            var dice = new Random(seed);
            for (var kill = 0; kill < kills; kill++)
            {
                await traffic.FlowsAsync();
                await InTheMiddleAsync(cluster, Middles[kill % Middles.Length], dice.NextDouble());
                server = await KillAsync(cluster, client, server, Victims[kill % Victims.Length]);
            }
            await traffic.SettlesAsync();
            await traffic.BalancesAsync();
            await StaysOneDeviceAsync(cluster, server);
            output.WriteLine($"{kind}: {kills} kills, seed {seed}, {watch.Elapsed.TotalSeconds:0} s; {traffic.Figures}");
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"EZW_SEED={seed} EZW_KILLS={kills} on {kind}: {traffic.Figures}{Environment.NewLine}{server.Log}", failure);
        }
    }

    /// <summary>A send: WhatsApp has it, and has not told. An arrival: WhatsApp has handed it over, and does not know that it is stored.</summary>
    private static async Task InTheMiddleAsync(LinkedCluster cluster, Middle middle, double later)
    {
        if (middle == Middle.OfASend)
            await cluster.LoseAnAckAsync();
        else
            await cluster.HandsOverAsync();
        await Until.PassedAsync(TimeSpan.FromMilliseconds((middle == Middle.OfASend ? 300 : 20) * later));
    }

    private static async Task<ServerProcess> KillAsync(LinkedCluster cluster, ChannelClient client, ServerProcess server, Victim victim)
    {
        var sidecars = await LinkedCluster.SidecarsAsync(server);
        Assert.Single(sidecars);
        if (victim is Victim.Sidecar or Victim.Both)
            sidecars.ToList().ForEach(Programs.Kill);
        if (victim is Victim.Sidecar)
            return server;
        await server.KillAsync();
        await Until.TrueAsync("no sidecar outlives its server", OrphanLimit, () => Task.FromResult(
            !sidecars.Any(sidecar => Programs.Runs(sidecar, LinkedCluster.Sidecar))));
        await server.DisposeAsync();
        var next = await cluster.LaunchAsync();
        client.Server = await next.ReadyAsync();
        return next;
    }

    /// <summary>It never was two sockets, was never linked again, and leaves nothing behind when the server is asked to stop.</summary>
    private static async Task StaysOneDeviceAsync(LinkedCluster cluster, ServerProcess server)
    {
        var sidecars = await LinkedCluster.SidecarsAsync(server);
        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));
        Assert.DoesNotContain(sidecars, sidecar => Programs.Runs(sidecar, LinkedCluster.Sidecar));
        var sockets = await cluster.SocketsAsync();
        Assert.Equal((0, 1, 0, 0), (sockets.Open, sockets.MostOpen, sockets.Replaced, sockets.StaleStanzas));
    }
}
