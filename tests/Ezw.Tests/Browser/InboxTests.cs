using Ezw.Tests.Support;
using Microsoft.Playwright;

namespace Ezw.Tests.Browser;

/// <summary>What an operator does all day.</summary>
public sealed class InboxTests(House house) : BrowserTest(house)
{
    [Fact]
    public async Task A_message_arrives_is_claimed_and_answered()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        var tab = await SignedInAsync(owner);
        await See(tab.Page.GetByText("Nothing to do here")).ToBeVisibleAsync();

        var phone = App.NewPhone();
        await ReceiveAsync(line, phone, "Is the shop open?");
        await See(tab.Row("Is the shop open?")).ToBeVisibleAsync();
        await tab.Row("Is the shop open?").ClickAsync();
        await See(tab.Bubble("Is the shop open?")).ToBeVisibleAsync();
        await tab.Button("Claim").ClickAsync();
        await See(tab.Page.Locator(".thread-assign")).ToContainTextAsync("Me");

        await tab.WriteAsync("Until ten tonight");
        await See(tab.Bubble("Until ten tonight")).ToBeVisibleAsync();
        await See(tab.Bubble("Until ten tonight").Locator(".ticks.delivered")).ToBeVisibleAsync();
        await See(tab.Row("Until ten tonight")).ToBeVisibleAsync();
        await See(tab.Field).ToHaveValueAsync("");
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Fact]
    public async Task A_note_stays_inside_and_a_draft_survives_leaving_and_reloading()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        var (one, other) = (App.NewPhone(), App.NewPhone());
        await ReceiveAsync(line, one, "First question");
        await ReceiveAsync(line, other, "Second question");
        var tab = await SignedInAsync(owner);

        await tab.Row("First question").ClickAsync();
        await tab.Page.Keyboard.PressAsync("Alt+KeyP");
        await tab.WriteAsync("He called twice already");
        await See(tab.Page.Locator(".note")).ToContainTextAsync("He called twice already");
        Assert.Equal(0, await line.MessageCountAsync());

        await tab.Page.Keyboard.PressAsync("Alt+KeyL");
        await tab.Field.FillAsync("I will call");
        await tab.Row("Second question").ClickAsync();
        await See(tab.Bubble("Second question")).ToBeVisibleAsync();
        await See(tab.Field).ToHaveValueAsync("");
        await tab.Page.ReloadAsync();
        await tab.Row("First question").ClickAsync();
        await See(tab.Field).ToHaveValueAsync("I will call");
    }

    [Fact]
    public async Task A_picture_is_pasted_captioned_and_sent_once()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "Do you have it in green?");
        var tab = await SignedInAsync(owner);
        await tab.Row("Do you have it in green?").ClickAsync();
        await tab.Page.Locator("input[type=file]").SetInputFilesAsync(
            new FilePayload { Name = "green.png", MimeType = "image/png", Buffer = TestImage.Png() });
        await See(tab.Page.Locator(".composer-image img")).ToBeVisibleAsync();
        await tab.WriteAsync("This one");
        await See(tab.Bubble("This one").Locator("img.picture")).ToBeVisibleAsync();
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Fact]
    public async Task Keys_go_through_the_list_and_close_whatever_the_layout()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "Older");
        await ReceiveAsync(line, App.NewPhone(), "Newer");
        var tab = await SignedInAsync(owner);
        await See(tab.Row("Newer")).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Alt+KeyJ");
        await See(tab.Bubble("Newer")).ToBeVisibleAsync();
        // A Hebrew layout types another letter with the same key.
        await tab.Page.EvaluateAsync("dispatchEvent(new KeyboardEvent('keydown', { key: 'ח', code: 'KeyJ', altKey: true }))");
        await See(tab.Bubble("Older")).ToBeVisibleAsync();
        await tab.Page.Keyboard.PressAsync("Alt+KeyE");
        await See(tab.Row("Older")).ToHaveCountAsync(0);
        await tab.Page.Keyboard.PressAsync("Control+KeyK");
        await tab.Page.Keyboard.TypeAsync("Older");
        await tab.Page.Locator(".palette li", new PageLocatorOptions { HasText = "Older" }).First.ClickAsync();
        await See(tab.Bubble("Older")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Hebrew_turns_the_app_round_and_mixed_text_reads_its_own_way()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "שלום, do you speak עברית?");
        var tab = await SignedInAsync(owner, "/", new BrowserNewContextOptions { Locale = "he-IL" });
        await See(tab.Page.Locator("html")).ToHaveAttributeAsync("dir", "rtl");
        await tab.Row("שלום").ClickAsync();
        await See(tab.Bubble("שלום")).ToBeVisibleAsync();
        var directions = await tab.Page.EvaluateAsync<string>(
            "['.bubble-text p', '.bubble-foot bdi'].map(part => getComputedStyle(document.querySelector(part)).direction).join(' ')");
        Assert.Equal("rtl ltr", directions);
        // The list stands on the right of the thread.
        var (list, thread) = (await tab.Page.Locator(".list").BoundingBoxAsync(), await tab.Page.Locator(".thread").BoundingBoxAsync());
        Assert.True(list!.X > thread!.X);
        await tab.WriteAsync("כן, בוודאי");
        await See(tab.Bubble("כן, בוודאי")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task On_a_phone_list_thread_and_details_are_pages()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "From my phone");
        var tab = await SignedInAsync(
            owner, "/", new BrowserNewContextOptions { Locale = "en-US", ViewportSize = new ViewportSize { Width = 390, Height = 844 } });
        await See(tab.Row("From my phone")).ToBeVisibleAsync();
        await tab.Row("From my phone").ClickAsync();
        await See(tab.Bubble("From my phone")).ToBeVisibleAsync();
        await See(tab.Page.Locator(".list")).ToBeHiddenAsync();
        await tab.Page.Locator(".thread-who").ClickAsync();
        await See(tab.Page.Locator(".details")).ToBeVisibleAsync();
        await See(tab.Page.Locator(".thread")).ToBeHiddenAsync();
        await tab.Page.Locator(".details").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await tab.Button("Back").ClickAsync();
        await See(tab.Page.Locator(".list")).ToBeVisibleAsync();
        Assert.Equal(0, await tab.Page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
    }
}
