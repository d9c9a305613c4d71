using Ezw.Benchmarks.Accept;

namespace Ezw.Benchmarks.Inbox;

/// <summary>What is done on one database, one after the other, and what came of it.</summary>
internal sealed class InboxRun(InboxPlan plan, ScratchFolder scratch, string database, IBulk bulk)
{
    private const string Complete = """
        select count(*) from search_progress s join event_position p on p.organization_id = s.organization_id and p.position = s.position
        """;

    /// <summary>Plans of statements that are prepared may change after some uses: the last is looked at.</summary>
    private const int Uses = 8;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan IndexLimit = TimeSpan.FromMinutes(30);

    private SeededInbox? inbox;

    public InboxPlan Plan => plan;

    public TimeSpan Filling { get; private set; }

    public TimeSpan Indexing { get; private set; }

    public IReadOnlyList<ReadSample> Reads { get; private set; } = [];

    public List<(Scenario Scenario, PlannedStatement Planned)> Plans { get; } = [];

    public IReadOnlyList<IngestSample> Ingested { get; private set; } = [];

    /// <summary>Of <see cref="InboxPlan.LargeThread"/> messages.</summary>
    public Guid LongestConversation => Inbox.Conversations[0];

    private SeededInbox Inbox => inbox ?? throw new InvalidOperationException("The database is not filled.");

    public async Task FillAsync()
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        await using (var seed = await Seed.OpenAsync(scratch, database))
        {
            var lines = await seed.OrphansAsync(InboxPlan.Lines);
            inbox = new SeededInbox(plan, seed.Organization, Array.ConvertAll(lines, line => line.Id));
            await inbox.FillAsync(bulk, await seed.BoardAsync());
        }
        await bulk.SettleAsync();
        Filling = clock.GetElapsedTime(started);
        await Console.Error.WriteLineAsync($"Filled in {Filling.TotalSeconds:N0} s");
    }

    /// <summary>Lets the product make everything findable.</summary>
    public async Task IndexAsync()
    {
        await using (await RunningServer.ProductAsync(scratch, database))
            Indexing = await IndexedAsync();
        await bulk.SettleAsync();
    }

    public async Task MeasureAsync()
    {
        await using var server = await RunningServer.ProductAsync(scratch, database, ServerLog.Setting);
        var address = new Uri($"http://{server.Address}");
        var log = new ServerLog(scratch.Of("log"));
        var tokens = await Person.LogInAsync(address, Scenarios.Owner, Scenarios.Operator);
        await log.TakeAsync(tokens.Length);
        using var rounds = new ReadRounds(plan, address, log, tokens);
        try
        {
            await rounds.MeasureAsync(new Scenarios(plan, Inbox).All);
        }
        catch (InvalidOperationException)
        {
            var errors = File.ReadLines(scratch.Of("log")).Where(line => line.Contains("\"LogLevel\":\"Error\"", StringComparison.Ordinal));
            await Console.Error.WriteLineAsync(string.Join('\n', errors.Take(3)));
            throw;
        }
        Reads = rounds.Samples;
    }

    public async Task ExplainAsync(QuietServer server, IPlans plans)
    {
        var tokens = await Person.LogInAsync(server.Address, Scenarios.Owner, Scenarios.Operator);
        using var person = new Person(server.Address);
        foreach (var scenario in new Scenarios(plan, Inbox).All)
        {
            for (var i = 0; i < Uses; i++)
            {
                await plans.TakeAsync();
                await person.GetAsync(scenario.Path(new Random(i)), tokens[scenario.Member]);
            }
            foreach (var planned in await plans.TakeAsync())
                Plans.Add((scenario, planned));
        }
        await Console.Error.WriteLineAsync($"Explained {Plans.Count} statements");
        if (Plans.Count == 0)
            throw new InvalidOperationException("The database told of no plan.");
    }

    public async Task IngestAsync(IBareStore bare) =>
        Ingested = await new IngestBench(plan, scratch, database, bare, Inbox.Words).MeasureAsync();

    /// <summary>How long the product took to make everything findable.</summary>
    private async Task<TimeSpan> IndexedAsync()
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        while (await bulk.NumberAsync(Complete) == 0)
        {
            if (clock.GetElapsedTime(started) > IndexLimit)
                throw new TimeoutException($"The search index is not complete:\n{await File.ReadAllTextAsync(scratch.Of("log"))}");
            await Task.Delay(LookEvery, clock);
        }
        var took = clock.GetElapsedTime(started);
        await Console.Error.WriteLineAsync($"Indexed in {took.TotalSeconds:N0} s");
        return took;
    }
}
