using System.Diagnostics;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability;

/// <summary>Two servers on one PostgreSQL: one owner a line, whatever happens to either.</summary>
[Collection(ProcessCollection.Name)]
public sealed class TwoNodesTests(ITestOutputHelper output)
{
    private const int HeartbeatMs = 300;
    private const int LeaseMs = 3_000;
    private const int LinesMore = 3;
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(LeaseMs);
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Trust ends at 80 % of the lease: two live sessions can overlap by the rest of it at most, and if a close is slow.</summary>
    private static readonly TimeSpan StatedWindow = Lease * 0.2;

    [Fact]
    public async Task An_owner_frozen_past_its_lease_is_replaced_and_changes_nothing_when_it_wakes()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
        var (owner, other, client) = await StartBothAsync(cluster);
        using var _ = client;
        var load = new NumberedLoad(client, seed: 1, clients: 4, conversations: 3);
        load.Start();
        await cluster.Simulator.ReachedAsync(20);
        var before = await cluster.OwnerAsync(client.LineId);
        Assert.Equal(await owner.NameAsync(), before.Node);

        await owner.FreezeAsync();
        await OwnedByAsync(cluster, client.LineId, other, Lease + Slack);
        var taken = await cluster.OwnerAsync(client.LineId);
        Assert.True(taken.Epoch > before.Epoch, $"epoch {before.Epoch} then {taken.Epoch}");
        await load.FlowsAsync();
        var stale = await AttemptsOfAsync(cluster, before.Epoch);
        await owner.WakeAsync();
        var woken = TimeProvider.System.GetUtcNow();
        await Until.PassedAsync(Lease);

        await load.StopAsync();
        var ledger = new Ledger(cluster, load);
        await ledger.DrainedAsync();
        Assert.Equal(stale, await AttemptsOfAsync(cluster, before.Epoch));
        Assert.Equal(taken, await cluster.OwnerAsync(client.LineId));
        var sessions = await cluster.Simulator.SessionsAsync();
        Assert.Equal(taken.Epoch, Assert.Single(sessions, session => session.EndedAt is null).Epoch);
        Assert.DoesNotContain(sessions, session => session.Epoch <= before.Epoch && session.OpenedAt >= woken);
        Assert.Equal((0, 0), (await owner.StopAsync(Patience), await other.StopAsync(Patience)));
        await ledger.BalancesAsync();
        await OverlapIsBelowAsync(cluster, StatedWindow);
        output.WriteLine(load.Figures);
    }

    [Fact]
    public async Task When_the_owner_is_killed_the_other_node_goes_on_within_a_lease_and_a_heartbeat()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
        var (owner, other, client) = await StartBothAsync(cluster);
        using var _ = client;
        var load = new NumberedLoad(client, seed: 2, clients: 4, conversations: 3);
        load.Start();
        await cluster.Simulator.ReachedAsync(20);

        await owner.KillAsync();
        var watch = Stopwatch.StartNew();
        var arrived = (await cluster.Simulator.MessagesAsync()).Count;
        await cluster.Simulator.ReachedAsync(arrived + 1);

        var gap = watch.Elapsed;
        Assert.True(
            gap < Lease + TimeSpan.FromMilliseconds(HeartbeatMs) + TimeSpan.FromSeconds(2), $"no message for {gap.TotalSeconds:0.0} s");
        await load.StopAsync();
        var ledger = new Ledger(cluster, load);
        await ledger.DrainedAsync();
        Assert.Equal(0, await other.StopAsync(Patience));
        await ledger.BalancesAsync();
        output.WriteLine($"{gap.TotalSeconds:0.00} s without an owner; {load.Figures}");
    }

    [Fact]
    public async Task Restarting_both_nodes_in_turn_under_load_replaces_no_session_and_ends_balanced()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
        var (first, second, client) = await StartBothAsync(cluster);
        using var _ = client;
        for (var line = 0; line < LinesMore; line++)
        {
            await cluster.PairAsync(client, $"+97255000000{line}");
        }

        await BalancedAsync(cluster);
        var load = new NumberedLoad(client, seed: 3, clients: 4, conversations: 3);
        load.Start();
        await load.FlowsAsync();

        Assert.Equal(0, await first.StopAsync(Patience));
        var third = await cluster.LaunchAsync();
        var thirdAddress = await third.ReadyAsync();
        await BalancedAsync(cluster);
        client.Server = thirdAddress;
        await load.FlowsAsync();
        Assert.Equal(0, await second.StopAsync(Patience));
        var fourth = await cluster.LaunchAsync();
        await fourth.ReadyAsync();
        await BalancedAsync(cluster);

        var settled = await cluster.EpochsAsync();
        await Until.PassedAsync(Lease);
        Assert.Equal(settled, await cluster.EpochsAsync());
        await load.StopAsync();
        var ledger = new Ledger(cluster, load);
        await ledger.DrainedAsync();
        Assert.Equal((0, 0), (await third.StopAsync(Patience), await fourth.StopAsync(Patience)));
        await ledger.BalancesAsync();
        Assert.DoesNotContain(await cluster.Simulator.SessionsAsync(), session => session.EndReason == "Replaced");
        await OverlapIsBelowAsync(cluster, TimeSpan.FromMilliseconds(1));
        output.WriteLine($"{string.Join(", ", settled.Select(line => line.Epoch))} epochs; {load.Figures}");
    }

    [Fact]
    public async Task Archiving_a_line_through_another_node_closes_its_session_at_once()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, heartbeatMs: 10_000, leaseMs: 60_000);
        var (_, _, client) = await StartBothAsync(cluster);
        using var _ = client;
        await Until.TrueAsync("a session is live", Patience, () => AnyLiveAsync(cluster));

        await client.ArchiveAsync(client.LineId);
        var watch = Stopwatch.StartNew();
        await Until.TrueAsync("the session is closed", TimeSpan.FromSeconds(5), async () => !await AnyLiveAsync(cluster));
        output.WriteLine($"closed after {watch.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task A_message_accepted_by_one_node_is_sent_by_the_other_without_waiting_for_its_next_look()
    {
        Prerequisite.Postgres();
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Postgres, HeartbeatMs, LeaseMs);
        var (_, _, client) = await StartBothAsync(cluster);
        using var _ = client;
        var took = new List<double>();
        for (var number = 1; number <= 15; number++)
        {
            var watch = Stopwatch.StartNew();
            var (status, body, _) = await client.SendAsync("+972521111111", $"{number}", $"wake-{number}");
            Assert.True(status == System.Net.HttpStatusCode.Accepted, body);
            await cluster.Simulator.ReachedAsync(number);
            took.Add(watch.Elapsed.TotalMilliseconds);
        }

        var median = took.Order().ElementAt(took.Count / 2);
        output.WriteLine($"median {median:0} ms, slowest {took.Max():0} ms");
        Assert.True(median < 300, $"median {median:0} ms: the poll of one second, not the wake-up, found the messages");
    }

    /// <summary>The first node owns the line; the client talks to the second.</summary>
    private static async Task<(ServerProcess Owner, ServerProcess Other, ChannelClient Client)> StartBothAsync(Cluster cluster)
    {
        var owner = await cluster.LaunchAsync();
        var client = await ChannelClient.LogInAsync(await owner.ReadyAsync());
        await OwnedByAsync(cluster, client.LineId, owner, Patience);
        await Until.TrueAsync("the line is connected", Patience, () => AnyLiveAsync(cluster));
        var other = await cluster.LaunchAsync();
        client.Server = await other.ReadyAsync();
        return (owner, other, client);
    }

    private static async Task OwnedByAsync(Cluster cluster, Guid lineId, ServerProcess server, TimeSpan limit)
    {
        var name = await server.NameAsync();
        await Until.TrueAsync($"{name} owns the line", limit, async () => (await cluster.OwnerAsync(lineId)).Node == name);
    }

    private static Task BalancedAsync(Cluster cluster) => Until.TrueAsync("each node holds two lines", Patience, async () =>
        await cluster.SharesAsync() is { Count: 2 } shares && shares.Values.All(lines => lines == (LinesMore + 1) / 2)
        && (await cluster.Simulator.SessionsAsync()).Count(session => session.EndedAt is null) == LinesMore + 1);

    private static async Task<bool> AnyLiveAsync(Cluster cluster) =>
        (await cluster.Simulator.SessionsAsync()).Any(session => session.EndedAt is null);

    private static async Task<(long Begun, long Ended)> AttemptsOfAsync(Cluster cluster, long epoch) => (await cluster.ReadAsync(
        $"select count(*), count(finished_at) from attempt where epoch <= {epoch}", row => (row.GetInt64(0), row.GetInt64(1))))[0];

    private async Task OverlapIsBelowAsync(Cluster cluster, TimeSpan window)
    {
        var overlap = await cluster.Simulator.LongestOverlapAsync();
        output.WriteLine($"longest overlap {overlap.TotalMilliseconds:0.0} ms");
        Assert.True(overlap < window, $"two sessions lived together for {overlap.TotalMilliseconds:0} ms");
    }
}
