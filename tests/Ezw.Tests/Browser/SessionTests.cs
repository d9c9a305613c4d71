namespace Ezw.Tests.Browser;

/// <summary>Who is signed in, and what becomes of it.</summary>
public sealed class SessionTests(House house) : BrowserTest(house)
{
    [Fact]
    public async Task A_session_survives_reloading_its_secrets_are_out_of_reach_and_signing_out_ends_all_tabs()
    {
        var owner = await House.OpenOrganizationAsync();
        var tab = await SignedInAsync(owner);
        await tab.Page.ReloadAsync();
        await tab.Page.Locator(".shell").WaitForAsync();
        var stored = await tab.Page.EvaluateAsync<string>(
            "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)");
        Assert.DoesNotContain("ezw_refresh_", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("eyJ", stored, StringComparison.Ordinal);

        var second = await tab.Context.NewPageAsync();
        await second.GotoAsync(App.Address.ToString());
        await second.Locator(".shell").WaitForAsync();
        await second.Keyboard.PressAsync("Control+KeyK");
        await second.Keyboard.TypeAsync("Sign out");
        await second.Keyboard.PressAsync("Enter");
        await See(second.GetByLabel("Password")).ToBeVisibleAsync();
        await See(tab.Page.GetByLabel("Password")).ToBeVisibleAsync();
        await tab.Page.ReloadAsync();
        await See(tab.Page.GetByLabel("Password")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_wrong_password_is_said_in_words()
    {
        var owner = await House.OpenOrganizationAsync();
        Expected.Add("error: Failed to load resource: the server responded with a status of 401");
        var tab = await OpenAsync();
        await tab.GoAsync("/");
        await tab.Page.GetByLabel("Email").FillAsync(owner.Email);
        await tab.Page.GetByLabel("Password").FillAsync("not the password");
        await tab.Page.Locator("button.primary").ClickAsync();
        await See(tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToContainTextAsync("The email or the password is wrong.");
    }

    [Fact]
    public async Task A_line_that_is_taken_away_goes_out_of_sight_while_looking()
    {
        var owner = await House.OpenOrganizationAsync();
        var max = await App.AddMemberAsync(owner, Ezw.Identity.Role.Operator);
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "Between us");
        using (var granted = await owner.PutAsync($"{line.Path}/permissions/{max.UserId}", """{"level":"operate"}"""))
            Assert.True(granted.IsSuccessStatusCode);
        Expected.Add("error: Failed to load resource: the server responded with a status of 404");
        var tab = await SignedInAsync(max);
        await tab.Row("Between us").ClickAsync();
        await See(tab.Bubble("Between us")).ToBeVisibleAsync();
        using (var taken = await owner.DeleteAsync($"{line.Path}/permissions/{max.UserId}"))
            Assert.True(taken.IsSuccessStatusCode);
        await See(tab.Page.GetByText("This conversation is not yours to see")).ToBeVisibleAsync();
        await See(tab.Row("Between us")).ToHaveCountAsync(0);
        await See(tab.Bubble("Between us")).ToHaveCountAsync(0);
    }
}
