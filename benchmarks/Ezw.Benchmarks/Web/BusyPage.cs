using Ezw.Tests.Support;
using Microsoft.Playwright;

namespace Ezw.Benchmarks.Web;

/// <summary>Chromium, and what is asked of a page while it works.</summary>
internal sealed class BusyPage(IPlaywright playwright, IBrowser browser) : IAsyncDisposable
{
    /// <summary>Presses a row and answers the milliseconds to the frame that shows the conversation.</summary>
    private const string Switch = """
        row => new Promise(resolve => {
            const before = document.querySelector('.bubbles')?.dataset.conversation;
            const began = performance.now();
            row.click();
            const look = () => {
                const shown = document.querySelector('.bubbles[data-conversation]');
                if (shown && shown.dataset.conversation !== before && shown.querySelector('.bubble'))
                    return requestAnimationFrame(() => resolve(performance.now() - began));
                if (performance.now() - began > 20000) return resolve(-1);
                requestAnimationFrame(look);
            };
            requestAnimationFrame(look);
        })
        """;

    /// <summary>Turns the wheel for a while and answers the frame times.</summary>
    private const string Scroll = """
        ([selector, by, frames]) => new Promise(resolve => {
            const box = document.querySelector(selector);
            const times = [];
            let last = performance.now(), passed = 0;
            const step = () => {
                const now = performance.now();
                times.push(now - last);
                last = now;
                const before = box.scrollTop;
                box.scrollTop += by;
                passed += Math.abs(box.scrollTop - before);
                times.length < frames ? requestAnimationFrame(step) : resolve([passed, ...times.slice(1)]);
            };
            requestAnimationFrame(step);
        })
        """;

    public static async Task<BusyPage> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return new BusyPage(playwright, await playwright.Chromium.LaunchAsync(PublishedWebApp.Launch()));
    }

    public async Task<IPage> OpenAsync()
    {
        var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            Locale = "en-US", ViewportSize = new ViewportSize { Width = 1440, Height = 900 },
        });
        return await context.NewPageAsync();
    }

    public static async Task<double> SwitchAsync(ILocator row) => await row.EvaluateAsync<double>(Switch);

    public static Task<double[]> ScrollAsync(IPage page, string selector, int by, int frames) =>
        page.EvaluateAsync<double[]>(Scroll, new object[] { selector, by, frames });

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
