using Ezw.Tests.Support;
using Microsoft.Playwright;

namespace Ezw.Tests.Browser;

/// <summary>A test in a real browser. No page may complain, and of a failure a picture and a trace are kept in artifacts/browser.</summary>
[Collection(BrowserCollection.Name)]
public abstract class BrowserTest(House house) : IAsyncLifetime
{
    private readonly List<Tab> tabs = [];

    protected House House => house;

    private protected TestApp App => house.App;

    /// <summary>What a page may complain about because the test breaks something: its texts begin with these.</summary>
    private protected List<string> Expected { get; } = [];

    public ValueTask InitializeAsync()
    {
        Prerequisite.Browser();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        var failed = TestContext.Current.TestState?.Result == TestResult.Failed;
        var complaints = tabs.SelectMany(tab => tab.Complaints)
            .Where(complaint => !Expected.Exists(one => complaint.StartsWith(one, StringComparison.Ordinal))).ToList();
        var name = $"{TestContext.Current.TestClass?.TestClassSimpleName}.{TestContext.Current.TestMethod?.MethodName}";
        for (var i = 0; i < tabs.Count; i++)
        {
            await tabs[i].CloseAsync(failed || complaints.Count > 0 ? $"{name}_{i + 1}" : null);
            await tabs[i].DisposeAsync();
        }
        GC.SuppressFinalize(this);
        Assert.Empty(complaints);
    }

    private protected async Task<Tab> OpenAsync(BrowserNewContextOptions? options = null, Uri? address = null)
    {
        var tab = await Tab.OpenAsync(house.Chromium, address ?? App.Address, options);
        tabs.Add(tab);
        return tab;
    }

    private protected async Task<Tab> SignedInAsync(Workspace person, string path = "/", BrowserNewContextOptions? options = null)
    {
        var tab = await OpenAsync(options);
        await tab.SignInAsync(person, path);
        return tab;
    }

    private protected static ILocatorAssertions See(ILocator what) => Assertions.Expect(what);

    /// <summary>A person writes to the line, as WhatsApp delivers it.</summary>
    private protected static Task ReceiveAsync(TestLine line, string from, string text) => line.ReceiveAsync(from, text);
}
