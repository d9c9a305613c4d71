using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.Playwright;

namespace Ezw.Tests.Browser;

/// <summary>One Chromium and one server with the published app for all tests in a browser. Each test has an organization of its own.</summary>
public sealed class House : IAsyncLifetime
{
    private IPlaywright? playwright;
    private int made;

    internal TestApp App { get; private set; } = null!;

    internal IBrowser Chromium { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (!PublishedWebApp.IsAvailable)
            return;
        Assertions.SetDefaultExpectTimeout(20_000);
        App = await StartServerAsync();
        playwright = await Playwright.CreateAsync();
        Chromium = await playwright.Chromium.LaunchAsync(PublishedWebApp.Launch());
    }

    public async ValueTask DisposeAsync()
    {
        if (Chromium is not null)
            await Chromium.DisposeAsync();
        playwright?.Dispose();
        if (App is not null)
            await App.DisposeAsync();
    }

    internal static Task<TestApp> StartServerAsync(params string[] settings) => TestApp.StartAsync(
        DatabaseKind.Sqlite, [$"Ezw:WebApp:Folder={PublishedWebApp.Folder}", .. settings]);

    internal Task<Workspace> OpenOrganizationAsync() => App.CreateOrganizationAsync($"Shop {Interlocked.Increment(ref made)}");
}

[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<House>
{
    public const string Name = "browser";
}
