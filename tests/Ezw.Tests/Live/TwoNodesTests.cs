using System.Diagnostics;
using System.Security.Cryptography;
using Ezw.Tests.Support;

namespace Ezw.Tests.Live;

/// <summary>Two servers on one database: what happens at one is heard at the other, at once by a hint and soon without.</summary>
public sealed class TwoNodesTests(ITestOutputHelper output)
{
    private const int Rounds = 15;

    /// <summary>Long, so that only hints can be quick.</summary>
    private const int WatchMs = 5_000;

    public enum Way { Notify, Redis }

    [Theory]
    [InlineData(Way.Notify)]
    [InlineData(Way.Redis)]
    public async Task News_of_one_node_reach_a_stream_of_the_other_without_waiting_for_its_next_look(Way way)
    {
        await using var pair = await Pair.StartAsync(way);
        var line = await pair.Owner.CreateLineAsync();
        await using var live = await LiveReader.OpenAsync(pair.Owner.On(pair.Second));

        Assert.True(await MedianAsync(pair.Owner, line, live) < WatchMs / 5);
    }

    [Theory]
    [InlineData(Way.Notify)]
    [InlineData(Way.Redis)]
    public async Task A_permission_taken_at_one_node_is_gone_at_the_other(Way way)
    {
        await using var pair = await Pair.StartAsync(way);
        var person = await pair.First.AddMemberAsync(pair.Owner, Ezw.Identity.Role.Operator);
        var line = await pair.Owner.CreateLineAsync();
        await line.GrantAsync(person);
        await using var live = await LiveReader.OpenAsync(person.On(pair.Second));
        await live.NextAboutAsync((await pair.Owner.AppendAsync(1, line.Id))[0]);

        await line.RevokeAsync(person);
        var hidden = (await pair.Owner.AppendAsync(1, line.Id))[0];
        await live.NextAboutAsync((await pair.Owner.AppendAsync(1, null, "organization.changed"))[0]);

        Assert.DoesNotContain($"{hidden}", live.Raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Way.Notify)]
    [InlineData(Way.Redis)]
    public async Task Presence_said_at_one_node_is_seen_at_the_other_and_a_ticket_of_one_opens_the_other(Way way)
    {
        await using var pair = await Pair.StartAsync(way);
        var (_, path) = await PresenceTests.ConversationAsync(pair.Owner);
        var ticket = await TicketTests.MakeAsync(pair.Owner);
        using var answer = await LiveReader.SendAsync(pair.Second.Http, null, null, $"?ticket={ticket}");
        await using var live = LiveReader.Of(answer);
        Assert.Equal("ready", (await live.NextAsync()).Name);

        await PresenceTests.SayAsync(pair.Owner, path, "typing");

        Assert.Equal("typing", await PresenceTests.StateAsync(live));
        Assert.Single(await PresenceTests.PresentAsync(pair.Owner.On(pair.Second), path));
        await PresenceTests.SayAsync(pair.Owner, path, "gone");
        Assert.Equal("gone", await PresenceTests.StateAsync(live));
        Assert.Equal(0, await pair.First.CountAsync($"select count(*) from event where kind like 'presence%'"));
    }

    [Fact]
    public async Task A_lost_Redis_costs_an_interval_and_no_event_and_comes_back_by_itself()
    {
        await using var pair = await Pair.StartAsync(Way.Redis);
        var line = await pair.Owner.CreateLineAsync();
        await using var live = await LiveReader.OpenAsync(pair.Owner.On(pair.Second));
        var began = (await pair.Owner.LogAsync())[^1].Position;
        var before = await pair.Owner.AppendAsync(3, line.Id);

        await pair.Redis!.KillAsync();
        var during = await pair.Owner.AppendAsync(3, line.Id);
        foreach (var id in before.Concat(during))
            Assert.Equal(id, (Guid?)(await live.NextAsync("change")).Json["subjectId"]);
        await pair.Redis.StartAgainAsync();

        var median = await Eventually.BecomesAsync(
            () => MedianAsync(pair.Owner, line, live, 3), took => took < WatchMs / 5, "quick hints again");
        output.WriteLine($"median {median:0} ms after the restart");
        var all = (await pair.Owner.LogAsync()).Where(logged => logged.Position > began);
        Assert.Equal(all.Count(), live.Raw.Split("event: change").Length - 1);
    }

    private async Task<double> MedianAsync(Workspace owner, TestLine line, LiveReader live, int rounds = Rounds)
    {
        var took = new List<double>();
        for (var i = 0; i < rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            await live.NextAboutAsync((await owner.AppendAsync(1, line.Id))[0]);
            took.Add(watch.Elapsed.TotalMilliseconds);
        }
        output.WriteLine($"median {took.Order().ElementAt(rounds / 2):0} ms, slowest {took.Max():0} ms");
        return took.Order().ElementAt(rounds / 2);
    }

    private sealed record Pair(TestApp First, TestApp Second, Workspace Owner, RedisServer? Redis) : IAsyncDisposable
    {
        public static async Task<Pair> StartAsync(Way way)
        {
            Prerequisite.Postgres();
            if (way == Way.Redis)
                Prerequisite.Redis();
            var redis = way == Way.Redis ? await RedisServer.StartAsync() : null;
            var connection = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            string[] settings =
            [
                $"Ezw:MasterKey={Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}", $"Ezw:Redis={redis?.Address}",
                $"Ezw:Live:WatchMs={WatchMs}",
            ];
            var first = await TestApp.StartOnAsync(connection, null, settings);
            var second = await TestApp.StartOnAsync(connection, null, settings);
            return new Pair(first, second, await first.CreateOrganizationAsync("Acme"), redis);
        }

        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
            if (Redis is not null)
                await Redis.DisposeAsync();
        }
    }
}
