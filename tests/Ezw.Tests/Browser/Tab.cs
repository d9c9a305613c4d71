using System.Collections.Concurrent;
using Ezw.Tests.Support;
using Microsoft.Playwright;

namespace Ezw.Tests.Browser;

/// <summary>A browser of its own with one page, as one person uses it. What the page complains about is kept.</summary>
internal sealed class Tab(IBrowserContext context, IPage page, Uri address) : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> complaints = new();

    public IPage Page => page;

    public IBrowserContext Context => context;

    /// <summary>Errors and warnings of the page's console, and what it did not catch.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public static async Task<Tab> OpenAsync(IBrowser browser, Uri address, BrowserNewContextOptions? options = null)
    {
        var context = await browser.NewContextAsync(options ?? new BrowserNewContextOptions { Locale = "en-US" });
        await context.Tracing.StartAsync(new TracingStartOptions { Screenshots = true, Snapshots = true });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(30_000);
        var tab = new Tab(context, page, address);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                tab.complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => tab.complaints.Enqueue($"uncaught: {error}");
        return tab;
    }

    public Task GoAsync(string path) => page.GotoAsync(new Uri(address, path).ToString());

    public Task SignInAsync(Workspace person, string path = "/") => SignInAsync(person.Email, TestApp.Password, path);

    public async Task SignInAsync(string email, string password, string path = "/")
    {
        await GoAsync(path);
        await page.GetByLabel("Email").Or(page.GetByLabel("דוא״ל")).FillAsync(email);
        await page.GetByLabel("Password").Or(page.GetByLabel("סיסמה")).FillAsync(password);
        await page.Locator("button.primary").ClickAsync();
        await page.Locator(".shell").WaitForAsync();
    }

    public ILocator Row(string name) => page.Locator(".row-main", new PageLocatorOptions { HasText = name });

    public ILocator Bubbles => page.Locator(".bubble:not(.pending)");

    public ILocator Bubble(string text) => page.Locator(".bubble:not(.pending)", new PageLocatorOptions { HasText = text });

    public ILocator Field => page.Locator(".composer textarea");

    public async Task WriteAsync(string text)
    {
        await Field.FillAsync(text);
        await Field.PressAsync("Enter");
    }

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <param name="failedAs">The test's name, when it failed: then what there is to see is kept.</param>
    public async Task CloseAsync(string? failedAs)
    {
        if (failedAs is not null)
        {
            var folder = RepositoryRoot.Of("artifacts/browser");
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, string.Concat(failedAs.Select(letter => char.IsLetterOrDigit(letter) ? letter : '_')));
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = file + ".png" });
            await context.Tracing.StopAsync(new TracingStopOptions { Path = file + ".zip" });
        }
        await context.CloseAsync();
    }

    public async ValueTask DisposeAsync() => await context.DisposeAsync();
}
