using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Browser;

/// <summary>Two operators and one conversation.</summary>
public sealed class TwoPeopleTests(House house) : BrowserTest(house)
{
    [Fact]
    public async Task Both_see_each_other_one_claims_and_the_other_is_told_before_answering_too()
    {
        var owner = await House.OpenOrganizationAsync();
        var max = await App.AddMemberAsync(owner, Role.Admin);
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "Who answers me?");
        var (one, two) = (await SignedInAsync(owner), await SignedInAsync(max));
        await one.Row("Who answers me?").ClickAsync();
        await two.Row("Who answers me?").ClickAsync();
        await See(one.Page.Locator(".thread-who em")).ToContainTextAsync("Max Member");
        await See(two.Page.Locator(".thread-who em")).ToContainTextAsync("Owner");

        await one.Field.FillAsync("My answer");
        await two.Field.FillAsync("My other answer");
        await See(one.Page.Locator(".thread-who em")).ToContainTextAsync("typing");
        await one.Field.PressAsync("Enter");
        await See(two.Bubble("My answer")).ToBeVisibleAsync();
        await See(two.Page.Locator(".composer .banner[role=alert]")).ToContainTextAsync("answered while you were typing");
        await two.Field.PressAsync("Enter");
        await See(two.Page.GetByText("Send again to send it anyway")).ToBeVisibleAsync();
        await See(two.Field).ToHaveValueAsync("My other answer");
        Assert.Equal(1, await line.MessageCountAsync());
        await two.Page.ReloadAsync();
        await See(two.Field).ToHaveValueAsync("My other answer");
    }

    [Fact]
    public async Task Of_two_who_claim_at_once_one_wins_and_the_other_learns_who()
    {
        var owner = await House.OpenOrganizationAsync();
        var max = await App.AddMemberAsync(owner, Role.Admin);
        var line = await owner.PairLineAsync();
        await ReceiveAsync(line, App.NewPhone(), "Mine or yours?");
        Expected.Add("error: Failed to load resource: the server responded with a status of 409");
        var (one, two) = (await SignedInAsync(owner), await SignedInAsync(max));
        await one.Row("Mine or yours?").ClickAsync();
        await two.Row("Mine or yours?").ClickAsync();
        await See(one.Button("Claim")).ToBeVisibleAsync();
        await See(two.Button("Claim")).ToBeVisibleAsync();
        // The second click leaves before the first one's news arrives.
        await Task.WhenAll(one.Button("Claim").ClickAsync(), two.Button("Claim").ClickAsync());
        await See(one.Button("Claim")).ToHaveCountAsync(0);
        await See(two.Button("Claim")).ToHaveCountAsync(0);
        var assignee = (await (await owner.GetAsync("/api/conversations")).ShouldBeJsonAsync(200))["items"]![0]!["assignee"]!["userId"]!
            .GetValue<Guid>();
        var loser = assignee == owner.UserId ? two : one;
        await See(loser.Page.Locator(".thread-assign")).ToContainTextAsync(assignee == owner.UserId ? "Owner" : "Max Member");
    }
}
