using System.Text;
using Ezw.Benchmarks.Inbox;
using Ezw.Tests.Support;
using Npgsql;

namespace Ezw.Benchmarks.Live;

/// <summary>
/// Thousands of open streams of one organization: events a second, their delay, and the memory of a subscriber; beside nginx's nchan and
/// beside a bare loop over Kestrel.
/// </summary>
internal static class LiveBench
{
    private const int PoolSize = 100;

    /// <summary>Fewer subscribers and shorter windows; the product on SQLite in the place of PostgreSQL.</summary>
    public static readonly string[] Options = ["--quick", "--sqlite"];

    public static async Task RunAsync(string[] options)
    {
        var plan = options.Contains("--quick") ? LivePlan.Quick : LivePlan.Full;
        var database = options.Contains("--sqlite") ? "SQLite" : "PostgreSQL";
        using var scratch = new ScratchFolder();
        var connection = database == "SQLite" ? "" : await CreateDatabaseAsync();
        var (lines, team) = await SeedAsync(scratch, connection, plan);
        await using var server = await RunningServer.ProductAsync(
            scratch, connection, $"--Ezw:Live:StreamsPerUser={plan.Subscribers}", $"--Ezw:Live:StreamsPerNode={plan.Subscribers * 2}");
        using var product = await ProductAsync(server, lines, team, database);
        using var bareScratch = new ScratchFolder();
        await using var bareServer = await RunningServer.StartAsync(bareScratch, url => [Environment.ProcessPath!, BareStream.Verb, url]);
        using var bare = Broadcaster("bare Kestrel", bareServer, BareStream.StreamPath, BareStream.PublishPath, plan, whole: true);
        using var nchanScratch = new ScratchFolder();
        await using var nginx = Nchan.IsAvailable ? await Nchan.StartAsync(nchanScratch) : null;
        using var nchan = nginx is null ? null : Broadcaster("nginx nchan", nginx, Nchan.StreamPath, Nchan.PublishPath, plan, whole: false);
        LiveContender[] contenders = nchan is null ? [product, bare] : [product, nchan, bare];
        await MeasureAsync(plan, contenders);
        await LiveReport.KeepAsync(database, plan, contenders);
    }

    private static async Task MeasureAsync(LivePlan plan, LiveContender[] contenders)
    {
        foreach (var contender in contenders)
            await contender.SubscribeAsync(plan.Subscribers);
        foreach (var contender in contenders)
            await contender.WarmUpAsync();
        var inTime = contenders;
        foreach (var rate in plan.Rates)
        {
            for (var window = 0; window < plan.Windows; window++)
            {
                foreach (var contender in inTime)
                    await contender.MeasureAsync(rate, plan.Window);
            }
            inTime = [.. inTime.Where(contender => !contender.IsLate(rate))];
        }
    }

    private static async Task<(SeededLine[] Lines, LiveTeam Team)> SeedAsync(ScratchFolder scratch, string connection, LivePlan plan)
    {
        await using var seed = await Seed.OpenAsync(scratch, connection);
        var lines = await seed.OrphansAsync(LivePlan.Lines);
        var team = new LiveTeam(plan, lines);
        await seed.TeamAsync(team.Members, SeededInbox.Email, SeededInbox.Password);
        return (lines, team);
    }

    private static async Task<string> CreateDatabaseAsync()
    {
        var server = await PostgresServer.SharedAsync();
        return new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { MaxPoolSize = PoolSize }.ConnectionString;
    }

    private static async Task<LiveContender> ProductAsync(
        RunningServer server, SeededLine[] lines, LiveTeam team, string database)
    {
        var address = new Uri($"http://{server.Address}");
        var tokens = await Person.LogInAsync(address, [.. Enumerable.Range(0, team.Members.Length)]);
        var publisher = new MessagePublisher(address, tokens[0], lines, team);
        await publisher.WarmUpAsync();
        return new LiveContender($"EZWhatsApp on {database}", server, [.. tokens.Select(token =>
            Request("/api/live/stream", $"Authorization: Bearer {token}\r\n"))], publisher);
    }

    private static LiveContender Broadcaster(
        string name, RunningServer server, string streamPath, string publishPath, LivePlan plan, bool whole) =>
        new(name, server, [Request(streamPath, "")], new FramePublisher(
            new Uri($"http://{server.Address}{publishPath}"), whole, plan.Subscribers));

    private static byte[] Request(string path, string headers) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{headers}\r\n");
}
