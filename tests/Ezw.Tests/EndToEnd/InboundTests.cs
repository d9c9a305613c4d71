using System.Diagnostics;
using System.Globalization;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;
using Ezw.Tests.Support;

namespace Ezw.Tests.EndToEnd;

/// <summary>
/// The other promise of the product: whatever WhatsApp tells, however often, in whatever order and whenever the server dies, is kept
/// exactly once, and whoever watches through the API sees exactly that. EZW_SEED tells another story, EZW_EVENTS a shorter or longer one.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class InboundTests(ITestOutputHelper output)
{
    private const int DefaultSeed = 20260301;
    private const int DefaultEvents = 10_000;
    private const int Lines = 12;
    private const int Kills = 6;

    /// <summary>So often the server is killed again while it still starts.</summary>
    private const double KilledAtStart = 0.3;

    /// <summary>The watching client comes when this share of the messages is stored: it must read a part and follow the rest.</summary>
    private const double WatchedFrom = 0.05;

    /// <summary>A thousand for a story of ten thousand.</summary>
    private const int EventsPerCut = 10;

    [Theory, EachDatabase]
    public async Task Whatever_is_repeated_reordered_and_cut_off_is_kept_and_shown_exactly_once(DatabaseKind kind)
    {
        var (seed, events) = (Setting("EZW_SEED", DefaultSeed), Setting("EZW_EVENTS", DefaultEvents));
        var story = StoryTeller.Tell(seed, Lines, events);
        await using var cluster = await Cluster.StartAsync(kind);
        var run = new InboundRun(cluster, story);
        var watch = Stopwatch.StartNew();
        try
        {
            using var client = await run.OpenAsync();
            await using var watcher = new Watcher(client.IdToken, seed) { Server = client.Server };
            var told = run.TellAsync();
            await run.StoredAsync(WatchedFrom);
            watcher.Start();
            await run.KillAsync(Kills, KilledAtStart, new Random(seed), watcher);
            await told;
            await run.StoredAsync();
            await watcher.CaughtUpAsync(await run.Books.PositionAsync());
            output.WriteLine(
                $"{kind}: seed {seed}, {run.Figures}; {watcher.Cuts} cuts, {watcher.Hints} hints; {watch.Elapsed.TotalSeconds:0} s");
            await run.StopAsync();

            await run.BalancesAsync();
            Assert.Empty(watcher.Faults);
            (await run.Books.PaintByIdAsync()).ShouldBe(watcher.Paint());
            Assert.InRange(watcher.Cuts, story.Events / EventsPerCut, int.MaxValue);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"EZW_SEED={seed} EZW_EVENTS={events} on {kind}: {failure.Message}{Environment.NewLine}{run.Log}", failure);
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
