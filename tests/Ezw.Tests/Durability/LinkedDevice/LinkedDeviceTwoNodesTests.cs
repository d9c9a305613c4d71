using System.Diagnostics;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability.LinkedDevice;

/// <summary>
/// Two servers on one PostgreSQL and a line that is one device of a phone: whatever happens to its owner, the other goes on with the same
/// device, and WhatsApp sees one socket of it at a time. The window that is stated in docs/providers/linked-device.md is held here.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class LinkedDeviceTwoNodesTests(ITestOutputHelper output)
{
    private const int HeartbeatMs = 300;
    private const int LeaseMs = 3_000;
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(LeaseMs);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(HeartbeatMs);

    /// <summary>Of a loaded machine on which a process starts, reads its keys and logs in.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    /// <summary>Only a node that cannot run keeps its socket, until the login of the next owner ends it at WhatsApp.</summary>
    private static readonly TimeSpan StatedWindow = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public Task When_the_owner_is_killed_the_other_goes_on_with_the_same_device_and_no_second_socket() => World.RunAsync(async world =>
    {
        Programs.AreListed();
        var traffic = await TwoWayTraffic.StartAsync(world.Cluster, world.Client, seed: 7);
        await traffic.FlowsAsync();
        var (before, sidecars) = (await world.Cluster.SocketsAsync(), await LinkedCluster.SidecarsAsync(world.Owner));
        Assert.Single(sidecars);

        await world.Owner.KillAsync();
        var away = Stopwatch.StartNew();
        await world.ConnectsAsync(before.Logins + 1);
        away.Stop();
        await traffic.FlowsAsync();
        await Until.PassedAsync(2 * Lease);
        await traffic.SettlesAsync();
        await traffic.BalancesAsync();

        var after = await world.Cluster.SocketsAsync();
        Assert.Equal(before with { Logins = before.Logins + 1 }, after);
        Assert.Equal((true, 1, TimeSpan.Zero), (after.Connected, after.MostOpen, after.LongestOverlap));
        Assert.DoesNotContain(sidecars, sidecar => Programs.Runs(sidecar, LinkedCluster.Sidecar));
        Assert.True(away.Elapsed < Lease + Heartbeat + Slack, $"no connection for {away.Elapsed.TotalSeconds:0.0} s");
        output.WriteLine($"{away.Elapsed.TotalSeconds:0.0} s without a connection; {traffic.Figures}");
    });

    [Fact]
    public Task An_owner_that_cannot_reach_the_database_closes_its_socket_before_the_other_opens_one() => World.RunAsync(async world =>
    {
        var traffic = await TwoWayTraffic.StartAsync(world.Cluster, world.Client, seed: 8);
        await traffic.FlowsAsync();
        var before = await world.Cluster.SocketsAsync();

        await world.OwnersWire.CutAsync();
        await world.ConnectsAsync(before.Logins + 1);
        await traffic.FlowsAsync();
        await traffic.SettlesAsync();
        await traffic.BalancesAsync();

        var after = await world.Cluster.SocketsAsync();
        Assert.Equal(before with { Logins = before.Logins + 1 }, after);
        Assert.Equal((1, TimeSpan.Zero), (after.MostOpen, after.LongestOverlap));
        Assert.False(world.Owner.HasEnded, world.Owner.Log);
        output.WriteLine(traffic.Figures);
    });

    [Fact]
    public Task An_owner_frozen_past_its_lease_loses_its_socket_to_the_other_and_does_not_fight_back() => World.RunAsync(async world =>
    {
        var traffic = await TwoWayTraffic.StartAsync(world.Cluster, world.Client, seed: 9);
        await traffic.FlowsAsync();
        var (before, epoch) = (await world.Cluster.SocketsAsync(), (await world.OwnershipAsync()).Epoch);

        await world.Owner.FreezeAsync();
        await world.ConnectsAsync(before.Logins + 1);
        await traffic.FlowsAsync();
        await world.Owner.WakeAsync();
        await Until.PassedAsync(2 * Lease);
        await traffic.SettlesAsync();
        await traffic.BalancesAsync();

        var after = await world.Cluster.SocketsAsync();
        // Once awake it is a node among others and may be handed a line in good order: each ownership logs in once.
        var owners = (await world.OwnershipAsync()).Epoch - epoch;
        Assert.Equal(owners, after.Logins - before.Logins);
        Assert.Equal((before.Device, 1), (after.Device, after.Replaced));
        Assert.True(after.LongestOverlap < StatedWindow, $"two sockets lived together for {after.LongestOverlap.TotalMilliseconds:0} ms");
        output.WriteLine($"longest overlap {after.LongestOverlap.TotalMilliseconds:0} ms, {owners} further owners; {traffic.Figures}");
    });

    /// <summary>Two nodes, each with its own way to the database; the line's owner is one of them, and the client talks to the other.</summary>
    private sealed class World(LinkedCluster cluster, ChannelClient client, (ServerProcess Server, CuttableWire Wire)[] nodes)
        : IAsyncDisposable
    {
        private int owner;

        public LinkedCluster Cluster => cluster;

        public ChannelClient Client => client;

        public ServerProcess Owner => nodes[owner].Server;

        public ServerProcess Other => nodes[1 - owner].Server;

        public CuttableWire OwnersWire => nodes[owner].Wire;

        public static async Task RunAsync(Func<World, Task> story)
        {
            Prerequisite.Sidecar();
            Prerequisite.Postgres();
            await using var world = await StartAsync();
            try
            {
                await story(world);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    string.Join(Environment.NewLine, "The owner:", world.Owner.Log, "The other:", world.Other.Log),
                    failure);
            }
        }

        private static async Task<World> StartAsync()
        {
            var cluster = await LinkedCluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
            var first = await LaunchAsync(cluster);
            var client = await cluster.PairAsync(first.Server);
            var world = new World(cluster, client, [first, await LaunchAsync(cluster)]);
            await world.SettleAsync();
            return world;
        }

        public Task<(string Node, long Epoch)> OwnershipAsync() => cluster.Servers.OwnerAsync(client.LineId);

        /// <summary>Completes when the device has logged in so often and is connected.</summary>
        public Task ConnectsAsync(int logins) => Until.TrueAsync("the line is connected again", Lease + Patience, async () =>
            await cluster.SocketsAsync() is { Connected: true } sockets && sockets.Logins == logins);

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await cluster.DisposeAsync();
            foreach (var (_, wire) in nodes)
                await wire.DisposeAsync();
        }

        private static async Task<(ServerProcess Server, CuttableWire Wire)> LaunchAsync(LinkedCluster cluster)
        {
            var wire = CuttableWire.ToPostgres(cluster.Servers.ConnectionString);
            var server = await cluster.LaunchAsync($"--Ezw:Database={wire.ConnectionStringTo(cluster.Servers.ConnectionString)}");
            await server.ReadyAsync();
            return (server, wire);
        }

        /// <summary>The demo has a line too, so each node is to hold one: either of them may be handed over.</summary>
        private async Task SettleAsync()
        {
            await Until.TrueAsync("each node holds a line", Patience, async () =>
                await cluster.Servers.SharesAsync() is { Count: 2 } shares && shares.Values.All(lines => lines == 1));
            await Until.TrueAsync("the line is connected", Patience, async () => (await cluster.SocketsAsync()).Connected);
            owner = (await OwnershipAsync()).Node == await nodes[0].Server.NameAsync() ? 0 : 1;
            client.Server = await Other.ReadyAsync();
        }
    }
}
