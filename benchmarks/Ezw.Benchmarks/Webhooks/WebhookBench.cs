using Ezw.Benchmarks.Inbox;
using Ezw.Tests.Support;
using Npgsql;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>Deliveries a second and their delay, beside a bare loop of HttpClient, and what a dead target does to the others.</summary>
internal static class WebhookBench
{
    /// <summary>Less of everything, and one database only; neither given, both are measured.</summary>
    public static readonly string[] Options = ["--quick", "postgres", "sqlite"];

    private const int PoolSize = 100;

    public static async Task RunAsync(string[] options)
    {
        var plan = options.Contains("--quick") ? WebhookPlan.Quick : WebhookPlan.Full;
        if (!options.Contains("sqlite") || options.Contains("postgres"))
        {
            var server = await PostgresServer.SharedAsync();
            var address = new NpgsqlConnectionStringBuilder(await server.CreateDatabaseAsync()) { MaxPoolSize = PoolSize };
            using var scratch = new ScratchFolder();
            await RunAsync("PostgreSQL", plan, scratch, address.ConnectionString, new PostgresBulk(address.ConnectionString));
        }
        if (!options.Contains("postgres") || options.Contains("sqlite"))
        {
            using var scratch = new ScratchFolder();
            await RunAsync("SQLite", plan, scratch, "", new SqliteBulk(scratch.Of("ezwhatsapp.db")));
        }
    }

    private static async Task RunAsync(string name, WebhookPlan plan, ScratchFolder scratch, string database, IBulk bulk)
    {
        using var receiverScratch = new ScratchFolder();
        await using var receiver = await RunningServer.StartAsync(
            receiverScratch, url => [Environment.ProcessPath!, BareHook.Verb, url]);
        using var run = new WebhookRun(plan, scratch, database, bulk, receiver);
        await run.FillAsync();
        await run.RatesAsync();
        await run.DelaysAsync();
        await run.DeadAsync();
        await WebhookReport.KeepAsync(name, run);
    }
}
