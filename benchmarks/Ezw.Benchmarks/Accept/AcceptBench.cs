using Ezw.Tests.Support;
using Npgsql;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// Accepted sends a second through the full API (token, validation, idempotency, durable commit), beside a bare API and pgbench that
/// store a comparable row on the same database with the same durability.
/// </summary>
internal static class AcceptBench
{
    private const int Lines = 4;

    /// <summary>Enough for each of 64 requests to have its own; the test server's default is smaller.</summary>
    private const int PoolSize = 100;

    /// <summary>Less of everything, and one database only; neither given, both are measured.</summary>
    public static readonly string[] Options = ["--quick", "postgres", "sqlite"];

    public static async Task RunAsync(string[] options)
    {
        var plan = options.Contains("--quick") ? AcceptPlan.Quick : AcceptPlan.Full;
        if (!options.Contains("sqlite") || options.Contains("postgres"))
            await OnPostgresAsync(plan);
        if (!options.Contains("postgres") || options.Contains("sqlite"))
            await OnSqliteAsync(plan);
    }

    private static async Task OnPostgresAsync(AcceptPlan plan)
    {
        var server = await PostgresServer.SharedAsync();
        var database = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { MaxPoolSize = PoolSize }.ConnectionString;
        using var scratch = new ScratchFolder();
        var (quiet, live) = await SeedAsync(scratch, database);
        await ExecuteAsync(database, BarePostgres.Schema);
        await using var product = await RunningServer.ProductAsync(scratch, database);
        using var bareScratch = new ScratchFolder();
        await using var bare = await BareAsync(bareScratch, database);
        IContender[] contenders = [Product("EZWhatsApp", product, quiet), Bare(bare, quiet), new PgBench(database, quiet[0].Id)];
        // A checkpoint makes the next writes of each page dearer: all contenders begin right after one.
        var sending = Product("EZWhatsApp, sending", product, live);
        var series = new Series(plan, contenders, sending, () => ExecuteAsync(database, "checkpoint"));
        await series.MeasureAsync();
        await AcceptReport.KeepAsync("PostgreSQL", series, plan);
    }

    private static async Task OnSqliteAsync(AcceptPlan plan)
    {
        using var scratch = new ScratchFolder();
        var (quiet, live) = await SeedAsync(scratch, "");
        await using var product = await RunningServer.ProductAsync(scratch, "");
        using var bareScratch = new ScratchFolder();
        await using var bare = await BareAsync(bareScratch, $"{BareSqlite.Prefix}{bareScratch.Of("bare.db")}");
        IContender[] contenders = [Product("EZWhatsApp", product, quiet), Bare(bare, quiet)];
        var series = new Series(plan, contenders, Product("EZWhatsApp, sending", product, live), () => Task.CompletedTask);
        await series.MeasureAsync();
        await AcceptReport.KeepAsync("SQLite", series, plan);
    }

    private static async Task<(SeededLine[] Quiet, SeededLine[] Live)> SeedAsync(ScratchFolder scratch, string database)
    {
        await using var seed = await Seed.OpenAsync(scratch, database);
        return (await seed.OrphansAsync(Lines), await seed.LinkedAsync(Lines));
    }

    private static Task<RunningServer> BareAsync(ScratchFolder scratch, string database) =>
        RunningServer.StartAsync(scratch, url => [Environment.ProcessPath!, BareApi.Verb, url, database]);

    private static HttpContender Product(string name, RunningServer server, SeededLine[] lines) =>
        new(name, server, Requests("/api/v1/messages/text", lines));

    private static HttpContender Bare(RunningServer server, SeededLine[] lines) =>
        new("bare API", server, Requests(BareApi.Path, lines));

    private static PreparedRequest[] Requests(string path, SeededLine[] lines) =>
        [.. lines.Select((line, index) => new PreparedRequest(path, line.Token, line.Id, $"bench-{index}"))];

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
