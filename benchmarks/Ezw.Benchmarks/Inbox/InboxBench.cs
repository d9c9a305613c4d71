using Ezw.Benchmarks.Accept;
using Ezw.Tests.Support;
using Npgsql;

namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// The inbox with a million messages in a hundred thousand conversations: how long its pages take the server, how the database finds
/// them, and how many messages a second come in.
/// </summary>
internal static class InboxBench
{
    /// <summary>As many as a server's pool has in the other benchmarks.</summary>
    private const int PoolSize = 100;

    private const int BarePool = 32;

    /// <summary>Less of everything, and one database only; neither given, both are measured.</summary>
    public static readonly string[] Options = ["--quick", "postgres", "sqlite"];

    public static async Task RunAsync(string[] options)
    {
        var plan = options.Contains("--quick") ? InboxPlan.Quick : InboxPlan.Full;
        if (!options.Contains("sqlite") || options.Contains("postgres"))
            await OnPostgresAsync(plan);
        if (!options.Contains("postgres") || options.Contains("sqlite"))
            await OnSqliteAsync(plan);
    }

    private static async Task OnPostgresAsync(InboxPlan plan)
    {
        var server = await PostgresServer.SharedAsync();
        var address = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { MaxPoolSize = PoolSize };
        var bulk = new PostgresBulk(address.ConnectionString);
        using var scratch = new ScratchFolder();
        var run = new InboxRun(plan, scratch, address.ConnectionString, bulk);
        await run.FillAsync();
        await run.IndexAsync();
        await using (var quiet = await QuietServer.StartAsync(scratch, PostgresPlans.Explaining(address.ConnectionString)))
            await run.ExplainAsync(quiet, new PostgresPlans(bulk));
        var report = new InboxReport("PostgreSQL", run);
        await report.KeepPlansAsync();
        await run.MeasureAsync();
        await bulk.NumberAsync(BarePostgres.Schema);
        address.MaxPoolSize = BarePool;
        await run.IngestAsync(new BarePostgres(address.ConnectionString));
        await report.KeepAsync();
    }

    private static async Task OnSqliteAsync(InboxPlan plan)
    {
        using var scratch = new ScratchFolder();
        var file = scratch.Of("ezwhatsapp.db");
        var run = new InboxRun(plan, scratch, "", new SqliteBulk(file));
        await run.FillAsync();
        await run.IndexAsync();
        await using (var quiet = await QuietServer.StartAsync(scratch, ""))
        {
            var plans = new SqlitePlans(quiet.Database, file);
            await plans.ListenAsync();
            await run.ExplainAsync(quiet, plans);
        }
        var report = new InboxReport("SQLite", run);
        await report.KeepPlansAsync();
        await run.MeasureAsync();
        using var bareScratch = new ScratchFolder();
        using var bare = new BareSqlite($"{BareSqlite.Prefix}{bareScratch.Of("bare.db")}");
        await run.IngestAsync(bare);
        await report.KeepAsync();
    }
}
