using System.Text.RegularExpressions;

namespace Ezw.Benchmarks.Inbox;

/// <summary>The tables and plans of one database.</summary>
internal sealed partial class InboxReport(string database, InboxRun run)
{
    private const double IngestAimPostgres = 5_000;
    private const double IngestAimSqlite = 2_000;

    private static readonly string[] ReadColumns =
    [
        "request", "p50 ms", "p99 ms", "aim ms", "met", "client p50 ms", "client p99 ms", "p50 ms of 8", "p99 ms of 8", "requests/s of 8",
        "KB",
    ];

    private string Name => $"inbox-{database.ToLowerInvariant()}{(run.Plan == InboxPlan.Quick ? "-quick" : "")}";

    public async Task KeepAsync()
    {
        await new Report($"Inbox of {run.Plan.Messages:N0} messages in {run.Plan.Conversations:N0} conversations on {database}")
            .Paragraph($"{await Machine.DescribeAsync()}\n- {Settings()}")
            .Table(ReadColumns, run.Reads.Select(sample => sample.Scenario.Name).Distinct().Select(ReadRow))
            .Paragraph($"""
                Milliseconds without "client" are the server's own, from taking the request off the wire to the end of its answer, as
                ASP.NET Core logs them; each figure is the median of {run.Plan.Rounds} rounds of {run.Plan.Requests} requests with the
                lowest and highest in brackets, every request with other particulars. First one client alone, then eight at once with twice
                as many requests, which queue for the cores. "met": the median of p99 is within the aim.
                """)
            .Paragraph($"The product's indexer made {run.Plan.Messages:N0} messages findable in {run.Indexing.TotalSeconds:N0} s "
                + $"({run.Plan.Messages / run.Indexing.TotalSeconds:N0}/s).")
            .Table(["coming in", "messages/s", "times the bare INSERT", "p50 ms", "p99 ms"],
                run.Ingested.Select(sample => sample.Contender).Distinct().Select(IngestRow))
            .Paragraph($"""
                {InboxPlan.IngestLines} lines of another organization of the same database publish texts from {InboxPlan.IngestPeople:N0}
                people, each line the next when the last is durable. Ingest stores contact, names, conversation, message and event in
                group commits; the bare INSERT stores one row a transaction, on PostgreSQL over a pool of connections, on SQLite with one
                writer. Aim: {(database == "SQLite" ? IngestAimSqlite : IngestAimPostgres):N0}/s.
                """)
            .KeepAsync(Name);
        if (run.Plans.Find(p => p.Planned.Fault is not null) is { Planned: not null } wrong)
            throw new InvalidOperationException($"{wrong.Scenario.Name}: {wrong.Planned.Fault} in\n{wrong.Planned.Statement}");
    }

    public async Task KeepPlansAsync()
    {
        var report = new Report($"Plans of the inbox of {run.Plan.Messages:N0} messages on {database}").Paragraph(
            "The statements of each request with their plans, and \"whole table\" where one reads all of messages, conversations, events, "
            + "contacts or their words; a benchmark that finds one fails. What a request shares with one above is not repeated, but "
            + "for the statements of the search.");
        var shown = new HashSet<string>();
        foreach (var scenario in run.Plans.GroupBy(p => p.Scenario.Name))
        {
            report.Paragraph($"## {scenario.Key}");
            foreach (var (_, planned) in scenario.Where(p => shown.Add(Shape(p.Planned)) || IsSearch(p.Planned)))
                report.Paragraph($"```\n{planned.Statement}\n```\n\n{Fault(planned)}```\n{planned.Plan}\n```");
        }
        await report.KeepAsync($"{Name}-plans", show: false);
    }

    /// <summary>The statement without what SQLite filled in.</summary>
    private static string Shape(PlannedStatement planned) => Filled().Replace(planned.Statement, "?");

    private static bool IsSearch(PlannedStatement planned) =>
        planned.Statement.Contains("message_search", StringComparison.Ordinal);

    private static string Fault(PlannedStatement planned) => planned.Fault is null ? "" : $"whole table: {planned.Fault}\n\n";

    private string[] ReadRow(string name)
    {
        var alone = run.Reads.Where(sample => sample.Scenario.Name == name && sample.Clients == 1).ToList();
        var many = run.Reads.Where(sample => sample.Scenario.Name == name && sample.Clients > 1).ToList();
        var p99 = Spread.Of(alone.Select(s => s.ServerP99));
        return
        [
            name, Show(alone, s => s.ServerP50), p99.Show("N2"), $"{alone[0].Scenario.AimMs:N0}",
            p99.Median <= alone[0].Scenario.AimMs ? "yes" : "NO", Show(alone, s => s.ClientP50), Show(alone, s => s.ClientP99),
            Show(many, s => s.ServerP50), Show(many, s => s.ServerP99), Spread.Of(many.Select(s => s.PerSecond)).Show("N0"),
            $"{alone.Average(s => s.Bytes) / 1024:N1}",
        ];
    }

    private string[] IngestRow(string name)
    {
        var mine = run.Ingested.Where(sample => sample.Contender == name).ToList();
        var bare = Spread.Of(run.Ingested.Where(sample => sample.Contender == IngestBench.Bare).Select(s => s.PerSecond));
        var rate = Spread.Of(mine.Select(s => s.PerSecond));
        return
        [
            name, rate.Show("N0"), $"{rate.Median / bare.Median:N2}", Spread.Of(mine.Select(s => s.P50Ms)).Show("N1"),
            Spread.Of(mine.Select(s => s.P99Ms)).Show("N1"),
        ];
    }

    private static string Show(List<ReadSample> samples, Func<ReadSample, double> figure) => Spread.Of(samples.Select(figure)).Show("N2");

    private string Settings() =>
        $"{run.Plan.Large} conversations of {InboxPlan.LargeThread:N0} messages, 1 % of 150, the others of a few; {InboxPlan.Lines} lines, "
        + $"{InboxPlan.Members} members, Hebrew and English words with frequencies as in language; "
        + $"filled in {run.Filling.TotalSeconds:N0} s; PostgreSQL after vacuum and analyze, shared_buffers as "
        + "installed, SQLite without statistics";

    [GeneratedRegex(@"'[^']*'|\b\d+\b")]
    private static partial Regex Filled();
}
