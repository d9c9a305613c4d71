using Ezw.Benchmarks.Accept;
using Ezw.Foundation.Storage;
using Ezw.Inbox.Search;
using Ezw.Lines;
using Ezw.Providers;
using Microsoft.Extensions.DependencyInjection;

namespace Ezw.Benchmarks.Inbox;

/// <summary>
/// Inbound texts through Ingest and the commit queue, as links publish them: many lines at once, on each the next message when the last
/// is durable. Beside it, in turn, one bare INSERT a message from as many callers.
/// </summary>
internal sealed class IngestBench(InboxPlan plan, ScratchFolder scratch, string database, IBareStore bare, Vocabulary words)
{
    public const string Product = "EZWhatsApp";
    public const string Searching = "EZWhatsApp, indexing for the search meanwhile";
    public const string Bare = "bare INSERT";
    public const string Strangers = "EZWhatsApp, from people who never wrote before";

    private const int Texts = 10_000;
    private const int PeopleOfLine = InboxPlan.IngestPeople / InboxPlan.IngestLines;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly string[] texts = [.. Enumerable.Range(0, Texts).Select(i => words.Text(new Random(i), 3 + i % 12))];
    private readonly List<IngestSample> samples = [];

    public async Task<IReadOnlyList<IngestSample>> MeasureAsync()
    {
        Guid organization;
        SeededLine[] lines;
        await using (var seed = await Seed.OpenAsync(scratch, database))
            (organization, lines) = (seed.Organization, await seed.LinkedAsync(InboxPlan.IngestLines));
        var keys = Array.ConvertAll(lines, line => new LineKey(organization, line.Id, 0));
        var duration = TimeSpan.FromSeconds(plan.IngestSeconds);
        await using (var server = await QuietServer.StartAsync(scratch, database))
        {
            var traffic = server.Services.GetRequiredService<ILineTraffic>();
            samples.Add(await RunAsync(Strangers, keys, (line, i) => TakeAsync(traffic, keys[line], line, i), i => i < PeopleOfLine));
            await RunAsync(Bare, keys, InsertAsync, For(WarmUp));
            for (var round = 0; round < plan.Rounds; round++)
            {
                samples.Add(await RunAsync(Product, keys, (line, i) => TakeAsync(traffic, keys[line], line, i), For(duration)));
                samples.Add(await RunAsync(Bare, keys, InsertAsync, For(duration)));
            }
        }
        await using (var server = await QuietServer.StartAsync(scratch, database, typeof(SearchIndexer)))
        {
            var traffic = server.Services.GetRequiredService<ILineTraffic>();
            for (var round = 0; round < plan.Rounds; round++)
                samples.Add(await RunAsync(Searching, keys, (line, i) => TakeAsync(traffic, keys[line], line, i), For(duration)));
        }
        return samples;
    }

    private static Func<int, bool> For(TimeSpan duration)
    {
        var started = TimeProvider.System.GetTimestamp();
        return _ => TimeProvider.System.GetElapsedTime(started) < duration;
    }

    private static async Task<IngestSample> RunAsync(string name, LineKey[] lines, Func<int, int, Task> store, Func<int, bool> goOn)
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var latencies = (await Task.WhenAll(lines.Select((_, line) => Task.Run(() => LineAsync(line))))).SelectMany(l => l).ToList();
        var sample = Sample.Of(latencies, clock.GetElapsedTime(started));
        await Console.Error.WriteLineAsync($"{name}: {sample.PerSecond:N0}/s, p50 {sample.P50Ms:N1} ms, p99 {sample.P99Ms:N1} ms");
        return new IngestSample(name, sample.PerSecond, sample.P50Ms, sample.P99Ms);

        async Task<List<double>> LineAsync(int line)
        {
            var took = new List<double>();
            for (var i = 0; goOn(i); i++)
            {
                var sent = clock.GetTimestamp();
                await store(line, i);
                took.Add(clock.GetElapsedTime(sent).TotalMilliseconds);
            }
            return took;
        }
    }

    private async Task TakeAsync(ILineTraffic traffic, LineKey key, int line, int i)
    {
        var person = line * PeopleOfLine + i % PeopleOfLine;
        var seen = new MessageSeen(
            TimeProvider.System.GetUtcNow(), $"3EB0{Guid.CreateVersion7():N}",
            new ChatAddress($"+97255{person:0000000}", $"{person + 1}@lid"), false,
            new SeenContent.Text(texts[(person + i) % Texts]), null, $"Person {person}");
        if (!await traffic.TakeAsync(key, seen, default))
            throw new InvalidOperationException("The epoch is stale: nothing was stored.");
    }

    private Task InsertAsync(int line, int i)
    {
        var person = line * PeopleOfLine + i % PeopleOfLine;
        return bare.InsertAsync(new BareRow(Guid.CreateVersion7(), Guid.Empty, $"+97255{person:0000000}", texts[(person + i) % Texts],
            TimeProvider.System.NowMs()), default);
    }
}
