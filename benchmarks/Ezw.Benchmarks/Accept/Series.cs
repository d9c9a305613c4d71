namespace Ezw.Benchmarks.Accept;

/// <summary>
/// All measurements of one database: contenders side by side in rounds, then the product once more while it really sends.
/// </summary>
/// <param name="live">Measured last, because its backlog goes on being sent.</param>
/// <param name="prepare">Done before every measurement.</param>
internal sealed class Series(AcceptPlan plan, IContender[] contenders, IContender live, Func<Task> prepare)
{
    private readonly List<(IContender Who, int Connections, Sample Sample)> samples = [];

    public IReadOnlyList<IContender> Contenders => contenders;

    public IContender Live => live;

    public async Task MeasureAsync()
    {
        // The runtime compiles hot code anew while it runs; nobody starts a server for two seconds of load.
        foreach (var contender in contenders.OfType<HttpContender>())
            await contender.MeasureAsync(plan.Most, TimeSpan.Zero, plan.FirstWarmUp);
        for (var round = 0; round < plan.Rounds; round++)
        {
            foreach (var connections in plan.Connections)
            {
                foreach (var contender in contenders)
                    await TakeAsync(contender, connections);
            }
        }
        for (var round = 0; round < plan.Rounds; round++)
            await TakeAsync(live, plan.Most);
    }

    public Spread Of(IContender who, int connections, Func<Sample, double> figure) =>
        Spread.Of(samples.Where(s => s.Who == who && s.Connections == connections).Select(s => figure(s.Sample)));

    private async Task TakeAsync(IContender who, int connections)
    {
        await prepare();
        var sample = await who.MeasureAsync(connections, AcceptPlan.WarmUp, TimeSpan.FromSeconds(plan.Seconds));
        samples.Add((who, connections, sample));
        await Console.Error.WriteLineAsync(
            $"{who.Name}, {connections}: {sample.PerSecond:N0}/s, p50 {sample.P50Ms:N2} ms, p99 {sample.P99Ms:N2} ms");
    }
}
