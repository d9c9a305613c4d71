using Ezw.Foundation.Storage;
using Ezw.Providers.Simulator.Network;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability;

/// <summary>The database is away or full: what cannot be stored is refused with 503, what was accepted is kept, and work resumes.</summary>
[Collection(ProcessCollection.Name)]
public sealed class StorageAwayTests(ITestOutputHelper output)
{
    private const int HeartbeatMs = 300;
    private const int LeaseMs = 3_000;
    private const string Unavailable = "503";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Without_its_database_for_longer_than_the_lease_a_node_ends_its_sessions_and_resumes_afterwards()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
        await using var wire = CuttableWire.ToPostgres(cluster.ConnectionString);
        var server = await cluster.LaunchAsync($"--Ezw:Database={wire.ConnectionStringTo(cluster.ConnectionString)}");
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var load = new NumberedLoad(client, seed: 5, clients: 4, conversations: 3);
        load.Start();
        await cluster.Simulator.ReachedAsync(50);

        await wire.CutAsync();
        var cut = TimeProvider.System.GetUtcNow();
        await load.RefusedAsync(Unavailable);
        await Until.TrueAsync("the session ends", Patience, async () => !(await SessionsAsync(cluster)).Any(s => s.EndedAt is null));
        var ended = (await SessionsAsync(cluster))[^1].EndedAt!.Value - cut;
        Assert.True(ended < TimeSpan.FromMilliseconds(LeaseMs), $"the session lived {ended.TotalSeconds:0.0} s without a lease");
        await Until.PassedAsync(TimeSpan.FromMilliseconds(LeaseMs));
        Assert.False(server.HasEnded, server.Log);

        wire.Mend();
        await load.FlowsAsync();
        await load.StopAsync();
        var ledger = new Ledger(cluster, load);
        await ledger.DrainedAsync();
        Assert.Equal(0, await server.StopAsync(Patience));
        await ledger.BalancesAsync();
        output.WriteLine($"session ended {ended.TotalSeconds:0.00} s after the cut; {load.Figures}");
    }

    [Fact]
    public async Task A_node_whose_database_is_away_stops_all_the_same()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
        await using var wire = CuttableWire.ToPostgres(cluster.ConnectionString);
        var server = await cluster.LaunchAsync($"--Ezw:Database={wire.ConnectionStringTo(cluster.ConnectionString)}");
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        await wire.CutAsync();

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(15)));
    }

    [Fact]
    public async Task On_a_full_disk_sends_are_refused_nothing_accepted_is_lost_and_space_heals_it()
    {
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Sqlite);
        var server = await cluster.LaunchAsync();
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var load = new NumberedLoad(client, seed: 6, clients: 4, conversations: 3);
        load.Start();
        await cluster.Simulator.ReachedAsync(20);

        await server.LimitFilesAsync(256 * 1024);
        await load.RefusedAsync(Unavailable);
        await Until.PassedAsync(TimeSpan.FromSeconds(2));
        Assert.False(server.HasEnded, server.Log);

        await server.LimitFilesAsync(null);
        await load.FlowsAsync();
        await load.StopAsync();
        var ledger = new Ledger(cluster, load);
        await ledger.DrainedAsync();
        Assert.Equal(0, await server.StopAsync(Patience));
        await ledger.BalancesAsync();
        output.WriteLine(load.Figures);
    }

    private static async Task<List<SessionRecord>> SessionsAsync(Cluster cluster) =>
        [.. (await cluster.Simulator.SessionsAsync()).OrderBy(session => session.OpenedAt)];
}
