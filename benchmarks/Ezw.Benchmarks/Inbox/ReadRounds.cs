namespace Ezw.Benchmarks.Inbox;

/// <summary>One round of one scenario: the server's and the clients' milliseconds.</summary>
/// <param name="Bytes">Of an answer, on average.</param>
internal sealed record ReadSample(
    Scenario Scenario, int Clients, double ServerP50, double ServerP99, double ClientP50, double ClientP99, double PerSecond, double Bytes);

/// <summary>Asks the server what members ask it for, scenario by scenario, first one client alone and then several at once.</summary>
internal sealed class ReadRounds(InboxPlan plan, Uri server, ServerLog log, string[] tokens) : IDisposable
{
    private const int WarmUps = 20;

    private readonly Person[] people = [.. Enumerable.Range(0, InboxPlan.Clients).Select(_ => new Person(server))];
    private readonly List<ReadSample> samples = [];

    public IReadOnlyList<ReadSample> Samples => samples;

    public async Task MeasureAsync(IReadOnlyList<Scenario> scenarios)
    {
        // The runtime compiles hot code anew while it runs.
        foreach (var scenario in scenarios)
            await RunAsync(scenario, 1, WarmUps, new Random(-1));
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var scenario in scenarios)
            {
                samples.Add(await RunAsync(scenario, 1, plan.Requests, new Random(round)));
                samples.Add(await RunAsync(scenario, InboxPlan.Clients, plan.Requests * 2 / InboxPlan.Clients, new Random(round)));
            }
        }
    }

    public void Dispose() => Array.ForEach(people, person => person.Dispose());

    private async Task<ReadSample> RunAsync(Scenario scenario, int clients, int each, Random random)
    {
        var paths = Enumerable.Range(0, clients).Select(_ => Enumerable.Range(0, each).Select(_ => scenario.Path(random)).ToArray())
            .ToArray();
        var started = TimeProvider.System.GetTimestamp();
        var token = tokens[scenario.Member];
        var answers = (await Task.WhenAll(paths.Select((mine, i) => AskAsync(people[i], mine, token)))).SelectMany(a => a).ToList();
        var took = TimeProvider.System.GetElapsedTime(started);
        var there = await log.TakeAsync(answers.Count);
        var here = answers.ConvertAll(answer => answer.Took.TotalMilliseconds);
        return new ReadSample(scenario, clients, At(there, 0.50), At(there, 0.99), At(here, 0.50), At(here, 0.99),
            answers.Count / took.TotalSeconds, answers.Average(answer => answer.Bytes));
    }

    private static async Task<List<(TimeSpan Took, int Bytes)>> AskAsync(Person person, string[] paths, string token)
    {
        var answers = new List<(TimeSpan Took, int Bytes)>(paths.Length);
        foreach (var path in paths)
            answers.Add(await person.GetAsync(path, token));
        return answers;
    }

    private static double At(List<double> values, double share)
    {
        values.Sort();
        return values[Math.Min(values.Count - 1, (int)(values.Count * share))];
    }
}
