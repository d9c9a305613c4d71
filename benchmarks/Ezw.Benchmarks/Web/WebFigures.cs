using System.Diagnostics;
using System.Text.Json;
using Ezw.Benchmarks.Inbox;
using Microsoft.Playwright;

namespace Ezw.Benchmarks.Web;

/// <summary>What was measured of the app, as rows of the report.</summary>
internal sealed class WebFigures
{
    private const int Rounds = 5;
    private const int Switched = 12;
    private const int Frames = 600;
    private const int ListStep = 120;
    private const int ThreadStep = -90;
    private const double LongFrame = 50;
    private const int RowHeight = 76;

    public List<string[]> Starts { get; } = [];

    public List<string[]> Switches { get; } = [];

    public List<string[]> Scrolls { get; } = [];

    public static async Task<WebFigures> MeasureAsync(BusyPage chromium, Uri address, Guid longest)
    {
        var figures = new WebFigures();
        var page = await figures.StartsAsync(chromium, address);
        await figures.SwitchesAsync(page);
        await figures.ScrollsAsync(page, new Uri(address, $"/inbox/{longest}"));
        return figures;
    }

    /// <summary>Leaves the page signed in and the list shown.</summary>
    private async Task<IPage> StartsAsync(BusyPage chromium, Uri address)
    {
        var (cold, cached) = (new List<(double Ms, double Kb)>(), new List<(double Ms, double Kb)>());
        IPage? page = null;
        for (var round = 0; round < Rounds; round++)
        {
            if (page is not null)
                await page.Context.CloseAsync();
            page = await chromium.OpenAsync();
            cold.Add(await TimedAsync(page, () => page.GotoAsync(address.ToString()), "input[type=email]"));
        }
        await page!.GetByLabel("Email").FillAsync(SeededInbox.Email(0));
        await page.GetByLabel("Password").FillAsync(SeededInbox.Password);
        await page.Locator("button.primary").ClickAsync();
        await page.Locator(".row-main").First.WaitForAsync();
        for (var round = 0; round < Rounds; round++)
            cached.Add(await TimedAsync(page, () => page.ReloadAsync(), ".row-main"));
        Starts.Add(["cold", Of(cold, one => one.Ms), Of(cold, one => one.Kb)]);
        Starts.Add(["cached, signed in", Of(cached, one => one.Ms), Of(cached, one => one.Kb)]);
        return page;
    }

    private async Task SwitchesAsync(IPage page)
    {
        var (uncached, cached) = (new List<double>(), new List<double>());
        for (var i = 0; i < Switched; i++)
            uncached.Add(await BusyPage.SwitchAsync(page.Locator(".row-main").Nth(i % 10 + (i < 10 ? 0 : 1))));
        for (var i = 0; i < Switched; i++)
            cached.Add(await BusyPage.SwitchAsync(page.Locator(".row-main").Nth((i * 3) % 10)));
        Switches.Add(["uncached", Of(uncached.Take(10), ms => ms)]);
        Switches.Add(["cached", Of(cached.Where(ms => ms >= 0), ms => ms)]);
    }

    private async Task ScrollsAsync(IPage page, Uri longest)
    {
        var list = await BusyPage.ScrollAsync(page, ".list-rows", ListStep, Frames);
        Scroll("the list, downwards", $"{list[0] / RowHeight:N0} rows", list[1..]);
        await page.GotoAsync(longest.ToString());
        await page.Locator(".bubble").Last.WaitForAsync();
        await page.EvaluateAsync("window.seen = new Set(); "
            + "new MutationObserver(() => document.querySelectorAll('.bubble').forEach(one => seen.add(one.id)))"
            + ".observe(document.querySelector('.thread-box'), { childList: true, subtree: true })");
        var thread = await BusyPage.ScrollAsync(page, ".thread-box", ThreadStep, Frames);
        Scroll("the longest thread, upwards", $"{await page.EvaluateAsync<int>("seen.size"):N0} messages", thread[1..]);
    }

    private void Scroll(string what, string passed, double[] frames)
    {
        var sorted = frames.Order().ToArray();
        Scrolls.Add(
        [
            what, passed, $"{sorted[sorted.Length / 2]:0.0}", $"{sorted[sorted.Length * 95 / 100]:0.0}", $"{sorted[^1]:0}",
            $"{frames.Count(ms => ms > LongFrame)} of {frames.Length}",
        ]);
    }

    private static async Task<(double Ms, double Kb)> TimedAsync(IPage page, Func<Task> go, string until)
    {
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("Network.enable");
        var bytes = 0.0;
        cdp.Event("Network.loadingFinished").OnEvent += (_, e) =>
        {
            if (e is { } finished && finished.TryGetProperty("encodedDataLength", out JsonElement length))
                bytes += length.GetDouble();
        };
        var began = Stopwatch.GetTimestamp();
        await go();
        await page.Locator(until).First.WaitForAsync();
        var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        await cdp.DetachAsync();
        return (took, bytes / 1024);
    }

    private static string Of<T>(IEnumerable<T> samples, Func<T, double> value) => Spread.Of(samples.Select(value)).Show("N0");
}
