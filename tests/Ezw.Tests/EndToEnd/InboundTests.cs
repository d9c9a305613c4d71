using System.Diagnostics;
using System.Globalization;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;
using Ezw.Tests.Support;

namespace Ezw.Tests.EndToEnd;

/// <summary>
/// The other promise of the product: whatever WhatsApp tells, however often, in whatever order and whenever the server dies, is kept
/// exactly once. EZW_SEED tells another story, EZW_EVENTS a shorter or longer one.
/// </summary>
public sealed class InboundTests(ITestOutputHelper output)
{
    private const int DefaultSeed = 20260301;
    private const int DefaultEvents = 10_000;
    private const int Lines = 12;
    private const int Kills = 6;

    /// <summary>So often the server is killed again while it still starts.</summary>
    private const double KilledAtStart = 0.3;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    [Theory, EachDatabase]
    public async Task Whatever_is_repeated_reordered_and_cut_off_is_kept_exactly_once(DatabaseKind kind)
    {
        var (seed, events) = (Setting("EZW_SEED", DefaultSeed), Setting("EZW_EVENTS", DefaultEvents));
        var story = StoryTeller.Tell(seed, Lines, events);
        await using var cluster = await Cluster.StartAsync(kind);
        var server = await cluster.LaunchAsync();
        var watch = Stopwatch.StartNew();
        try
        {
            using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
            await Task.WhenAll(story.Phones.Select(phone => cluster.PairAsync(client, phone)));
            var (model, books) = (Model.Of(story), new Books(cluster));
            var told = TellAsync(cluster.Simulator, story);
            server = await KillAsync(cluster, books, server, new Random(seed), model.Messages);
            await told;
            await EverythingIsStoredAsync(cluster, story);
            output.WriteLine($"{kind}: seed {seed}, {story.Events} events told {story.Told} times, {model.Messages} messages, {watch.Elapsed.TotalSeconds:0} s");
            Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(20)));

            model.Paint().ShouldBe(await books.PaintAsync(), partial: true);
            Assert.Equal(model.Messages, await books.MessagesStoredAsync());
            Assert.Equal(model.Changes, await books.ChangesStoredAsync());
            await books.CountersHoldAsync();
            await books.LogHoldsAsync();
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"EZW_SEED={seed} EZW_EVENTS={events} on {kind}: {failure.Message}{Environment.NewLine}{server.Log}", failure);
        }
    }

    private static Task TellAsync(SimulatorChild simulator, Story story) => Task.WhenAll(story.Phones.Select(async (phone, line) =>
    {
        foreach (var happened in story.Deliveries[line])
            await simulator.Door.TellAsync(phone, happened, default);
    }));

    private static async Task<ServerProcess> KillAsync(Cluster cluster, Books books, ServerProcess server, Random dice, int messages)
    {
        for (var kill = 0; kill < Kills; kill++)
        {
            var (again, share) = (dice.NextDouble() < KilledAtStart, (kill + dice.NextDouble()) / Kills);
            await Until.TrueAsync($"{share:p0} of the messages are stored", Patience, async () =>
                await books.MessagesStoredAsync() >= share * messages);
            await server.KillAsync();
            server = await cluster.LaunchAsync();
            if (again)
            {
                await Until.PassedAsync(TimeSpan.FromMilliseconds(1_000 * dice.NextDouble()));
                await server.KillAsync();
                server = await cluster.LaunchAsync();
            }
        }

        await server.ReadyAsync();
        return server;
    }

    // Lines tell in order and go on only after a commit, so the last word of each stands for everything before it.
    private static Task EverythingIsStoredAsync(Cluster cluster, Story story) => Until.TrueAsync("every line's last word is stored", Patience,
        async () => await cluster.CountAsync($"""
            select count(*) from message where provider_message_id like '3AGOODBYE%'
            """) == story.Phones.Count);
}
