using Ezw.Tests.Durability;

namespace Ezw.Tests.EndToEnd;

/// <summary>One story told to a server that is killed while it listens.</summary>
internal sealed class InboundRun(Cluster cluster, Story story)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartAtMost = TimeSpan.FromSeconds(1);

    private readonly Model model = Model.Of(story);
    private ServerProcess? server;

    public Books Books { get; } = new(cluster);

    public string Figures => $"{story.Events} events told {story.Told} times make {model.Messages} messages and {model.Changes} changes";

    public string? Log => server?.Log;

    /// <summary>Starts the server and links the story's lines.</summary>
    public async Task<ChannelClient> OpenAsync()
    {
        server = await LaunchAsync();
        var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        await Task.WhenAll(story.Phones.Select(phone => cluster.PairAsync(client, phone)));
        return client;
    }

    /// <summary>WhatsApp takes it all down and hands it out as fast as the lines commit.</summary>
    public Task TellAsync() => Task.WhenAll(story.Phones.Select(async (phone, line) =>
    {
        foreach (var happened in story.Deliveries[line])
            await cluster.Simulator.Door.TellAsync(phone, happened, default);
    }));

    /// <summary>Completes when that share of the messages is stored.</summary>
    public Task StoredAsync(double share) => Until.TrueAsync($"{share:p0} of the messages are stored", Patience, async () =>
        await Books.MessagesStoredAsync() >= share * model.Messages);

    /// <summary>A line tells in order and goes on only after a commit, so the last word of each stands for everything before it.</summary>
    public Task StoredAsync() => Until.TrueAsync("every line's last word is stored", Patience, async () =>
        await cluster.CountAsync($"select count(*) from message where provider_message_id like '3AGOODBYE%'") == story.Phones.Count);

    public async Task KillAsync(int kills, double killedAtStart, Random dice, Watcher watcher)
    {
        for (var kill = 0; kill < kills; kill++)
        {
            // Drawn before anything can fail, so that a seed means the same moments on every run.
            var (share, again, starting) = ((kill + dice.NextDouble()) / kills, dice.NextDouble() < killedAtStart, dice.NextDouble());
            await StoredAsync(share);
            await server!.KillAsync();
            server = await LaunchAsync();
            if (again)
            {
                await Until.PassedAsync(StartAtMost * starting);
                await server.KillAsync();
                server = await LaunchAsync();
            }

            watcher.Server = await server.ReadyAsync();
        }
    }

    public async Task StopAsync() => Assert.Equal(0, await server!.StopAsync(StopLimit));

    /// <summary>The database holds what the model does, nothing twice, and agrees with itself.</summary>
    public async Task BalancesAsync()
    {
        model.Paint().ShouldBe(await Books.PaintAsync(), mayKnow: " unread");
        Assert.Equal(model.Messages, await Books.MessagesStoredAsync());
        Assert.Equal(model.Changes, await Books.ChangesStoredAsync());
        await Books.CountersHoldAsync();
        await Books.LogHoldsAsync();
    }

    // A client that is cut off without a word holds its place until the server finds out.
    private Task<ServerProcess> LaunchAsync() => cluster.LaunchAsync("--Ezw:Live:StreamsPerUser=1000");
}
