using System.Diagnostics;
using System.Globalization;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Durability;

/// <summary>
/// The promise of the product: what was answered with 202 reaches WhatsApp once and in order, whenever the server dies.
/// EZW_KILLS says how often it dies, EZW_SEED repeats the moments of an earlier run.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class KillLoopTests(ITestOutputHelper output)
{
    private const int DefaultKills = 10;
    private const int Clients = 8;
    private const int ConversationsEach = 3;

    /// <summary>So often the server is killed while it still starts.</summary>
    private const double KilledAtStart = 0.2;

    private static int Kills =>
        int.Parse(Environment.GetEnvironmentVariable("EZW_KILLS") ?? $"{DefaultKills}", CultureInfo.InvariantCulture);

    private static int Seed => Environment.GetEnvironmentVariable("EZW_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : Random.Shared.Next(1, 1_000_000);

    [Theory, EachDatabase]
    public async Task Killed_at_random_moments_the_server_sends_every_accepted_message_once_and_in_order(DatabaseKind kind)
    {
        var (seed, kills) = (Seed, Kills);
        await using var cluster = await Cluster.StartAsync(kind);
        var server = await cluster.LaunchAsync();
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var load = new NumberedLoad(client, seed, Clients, ConversationsEach);
        var watch = Stopwatch.StartNew();
        load.Start();
        try
        {
            server = await KillAsync(cluster, client, load, server, new Random(seed), kills);
            await load.StopAsync();
            var ledger = new Ledger(cluster, load);
            await ledger.DrainedAsync();
            Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));
            await ledger.BalancesAsync();
            output.WriteLine(await FiguresAsync(cluster, load, kind, seed, kills, watch.Elapsed));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"EZW_SEED={seed} EZW_KILLS={kills} on {kind}: {load.Figures}{Environment.NewLine}{server.Log}", failure);
        }
    }

    private static async Task<ServerProcess> KillAsync(
        Cluster cluster, ChannelClient client, NumberedLoad load, ServerProcess server, Random dice, int kills)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            // Drawn before anything can fail, so that a seed means the same moments on every run.
            var (atStart, span) = (dice.NextDouble() < KilledAtStart, dice.NextDouble());
            if (!atStart)
            {
                client.Server = await server.ReadyAsync();
                await load.FlowsAsync();
            }

            await Until.PassedAsync(TimeSpan.FromMilliseconds(50 + 1450 * span));
            await server.KillAsync();
            await server.DisposeAsync();
            server = await cluster.LaunchAsync();
        }

        client.Server = await server.ReadyAsync();
        return server;
    }

    private static async Task<string> FiguresAsync(
        Cluster cluster, NumberedLoad load, DatabaseKind kind, int seed, int kills, TimeSpan took)
    {
        var attempts = await cluster.CountAsync($"select count(*) from attempt");
        var cut = await cluster.CountAsync($"select count(*) from attempt where outcome is null");
        var record = await cluster.Simulator.MessagesAsync();
        return $"{kind}: {kills} kills, seed {seed}, {took.TotalSeconds:0} s; {load.Figures}; "
            + $"{attempts} attempts, {cut} cut off by a kill; {record.Count} messages at WhatsApp, "
            + $"{record.Sum(message => message.ArrivalCount)} arrivals";
    }
}
