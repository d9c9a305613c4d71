using System.Diagnostics;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability;

[Collection(ProcessCollection.Name)]
public sealed class StoppingTests(ITestOutputHelper output)
{
    private static readonly TimeSpan AFewSeconds = TimeSpan.FromSeconds(8);

    [Theory, EachDatabase]
    public async Task Asked_to_stop_under_load_the_server_finishes_what_it_began_and_frees_its_lines(DatabaseKind kind)
    {
        await using var cluster = await Cluster.StartAsync(kind, heartbeatMs: 1_000, leaseMs: 30_000);
        var server = await cluster.LaunchAsync();
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var load = new NumberedLoad(client, seed: 4, clients: 8, conversations: 3);
        load.Start();
        await cluster.Simulator.ReachedAsync(100);

        var watch = Stopwatch.StartNew();
        Assert.Equal(0, await server.StopAsync(AFewSeconds));
        output.WriteLine($"{kind}: stopped after {watch.ElapsedMilliseconds} ms");

        Assert.Equal(0, await cluster.CountAsync($"select count(*) from attempt where finished_at is null"));
        Assert.Equal(0, await cluster.CountAsync($"select count(*) from line_owner where node_id is not null"));
        Assert.Equal(0, await cluster.CountAsync($"select count(*) from node"));
        var record = await cluster.Simulator.MessagesAsync();
        Assert.All(record, message => Assert.Equal(1, message.ArrivalCount));

        server = await cluster.LaunchAsync();
        client.Server = await server.ReadyAsync();
        await load.FlowsAsync();
        await load.StopAsync();
        var ledger = new Ledger(cluster, load);
        await ledger.DrainedAsync();
        await ledger.BalancesAsync();
    }
}
