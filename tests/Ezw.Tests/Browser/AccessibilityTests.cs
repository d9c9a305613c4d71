using System.Text.Json;
using Ezw.Tests.Support;
using Microsoft.Playwright;

namespace Ezw.Tests.Browser;

/// <summary>What axe-core finds in the main views, in both themes: nothing serious or critical.</summary>
public sealed class AccessibilityTests(House house) : BrowserTest(house)
{
    private const string Ask = """
        async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
            .filter(one => one.impact === 'serious' || one.impact === 'critical')
            .map(one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')}`)
        """;

    [Theory]
    [InlineData(ColorScheme.Light, "en-US")]
    [InlineData(ColorScheme.Dark, "he-IL")]
    public async Task The_main_views_can_be_used_by_everybody(ColorScheme scheme, string locale)
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "Can you read me?");
        var tab = await OpenAsync(new BrowserNewContextOptions { Locale = locale, ColorScheme = scheme });
        await tab.GoAsync("/");
        await tab.Page.Locator("input[type=email]").WaitForAsync();
        await FindsNothingAsync(tab, "login");
        await tab.SignInAsync(owner);
        await tab.Row("Can you read me?").ClickAsync();
        await See(tab.Bubble("Can you read me?")).ToBeVisibleAsync();
        await FindsNothingAsync(tab, "inbox");
        await tab.Page.Keyboard.PressAsync("Control+KeyK");
        await tab.Page.Locator(".palette").WaitForAsync();
        await FindsNothingAsync(tab, "palette");
        foreach (var path in new[] { "/board", "/contacts", "/lines", "/team", "/settings", "/profile" })
        {
            await tab.GoAsync(path);
            await tab.Page.Locator(".stage h1").First.WaitForAsync();
            await FindsNothingAsync(tab, path);
        }
    }

    private static async Task FindsNothingAsync(Tab tab, string view)
    {
        // The page's policy lets no other script in, so it is brought in from outside the page.
        await tab.Page.EvaluateAsync(await File.ReadAllTextAsync(
            RepositoryRoot.Of("tests/node/node_modules/axe-core/axe.min.js"), TestContext.Current.CancellationToken));
        var found = await tab.Page.EvaluateAsync<JsonElement>(Ask);
        Assert.True(found.GetArrayLength() == 0, $"{view}: {found}");
    }
}
