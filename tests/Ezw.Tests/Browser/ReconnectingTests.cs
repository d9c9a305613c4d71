using System.Globalization;
using System.Net;
using Ezw.Demo;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;
using Ezw.Tests.Support;

namespace Ezw.Tests.Browser;

/// <summary>
/// Live events are hints: whatever breaks between the page and the server, what the page shows in the end is what the API says.
/// EZW_DISCONNECTS sets how often the connection is broken; twice as many messages arrive meanwhile.
/// </summary>
public sealed class ReconnectingTests(House house) : BrowserTest(house)
{
    private const int DefaultDisconnects = 25;
    private const int People = 8;

    private static int Disconnects => int.Parse(
        Environment.GetEnvironmentVariable("EZW_DISCONNECTS") ?? $"{DefaultDisconnects}", CultureInfo.InvariantCulture);

    [Fact]
    public async Task However_often_the_connection_breaks_the_open_view_equals_the_api_at_the_end()
    {
        var owner = await House.OpenOrganizationAsync();
        var line = await owner.PairLineAsync();
        var phones = Enumerable.Range(0, People).Select(_ => App.NewPhone()).ToArray();
        foreach (var phone in phones)
            await line.ReceiveAsync(phone, $"Begin {phone}");
        await using var wire = new CuttableWire(new IPEndPoint(IPAddress.Loopback, App.Address.Port));
        ExpectBreaks();
        var tab = await OpenAsync(address: new Uri($"http://127.0.0.1:{wire.Port}"));
        await tab.SignInAsync(owner);
        await tab.Row($"Begin {phones[0]}").ClickAsync();
        await See(tab.Bubble($"Begin {phones[0]}")).ToBeVisibleAsync();

        var dice = new Random(7);
        for (var i = 0; i < Disconnects; i++)
        {
            await line.ReceiveAsync(phones[0], $"Message {i}");
            wire.Break();
            await line.ReceiveAsync(phones[dice.Next(People)], $"Other {i}");
        }

        await See(tab.Page.Locator(".banner.warn", new() { HasText = "Connection lost" })).ToHaveCountAsync(0);
        await ShowsWhatTheApiSaysAsync(tab, owner);
    }

    [Fact]
    public async Task A_server_that_was_killed_and_started_again_is_found_and_nothing_is_missed()
    {
        await using var cluster = await Cluster.StartAsync(DatabaseKind.Sqlite);
        var server = await LaunchAsync(cluster);
        var address = await server.ReadyAsync();
        await using var wire = new CuttableWire(new IPEndPoint(IPAddress.Loopback, address.Port));
        ExpectBreaks();
        var tab = await OpenAsync(address: new Uri($"http://127.0.0.1:{wire.Port}"));
        await tab.SignInAsync(DemoWorkspace.OwnerEmail, DemoWorkspace.OwnerPassword);
        await WritesAsync(cluster, "Before");
        await See(tab.Row("Before")).ToBeVisibleAsync();
        await tab.Row("Before").ClickAsync();
        await tab.Field.FillAsync("A draft");

        await server.KillAsync();
        await server.DisposeAsync();
        await See(tab.Page.Locator(".banner.warn")).ToContainTextAsync("Reconnecting");
        await WritesAsync(cluster, "While away");
        server = await LaunchAsync(cluster);
        wire.LeadTo(new IPEndPoint(IPAddress.Loopback, (await server.ReadyAsync()).Port));

        await See(tab.Bubble("While away")).ToBeVisibleAsync();
        await See(tab.Field).ToHaveValueAsync("A draft");
        await WritesAsync(cluster, "Afterwards");
        await See(tab.Bubble("Afterwards")).ToBeVisibleAsync();
        await See(tab.Bubbles).ToHaveCountAsync(3);
    }

    private static Task<ServerProcess> LaunchAsync(Cluster cluster) =>
        cluster.LaunchAsync($"--Ezw:WebApp:Folder={PublishedWebApp.Folder}");

    private static Task<string> WritesAsync(Cluster cluster, string text) =>
        cluster.Simulator.Door.PersonWritesAsync("+972521112233", DemoWorkspace.LinePhone, text, CancellationToken.None);

    /// <summary>401: a browser repeats a request whose connection broke by itself, and a ticket opens one stream.</summary>
    private void ExpectBreaks() => Expected.AddRange(
        ["error: Failed to load resource: net::", "error: Failed to load resource: the server responded with a status of 401"]);

    private static async Task ShowsWhatTheApiSaysAsync(Tab tab, Workspace owner)
    {
        var conversations = (await (await owner.GetAsync("/api/conversations?stage=active&snoozed=false&limit=100")).ShouldBeJsonAsync(200))
            ["items"]!.AsArray();
        var open = new Uri(tab.Page.Url).AbsolutePath.Split('/')[^1];
        using var thread = await owner.GetAsync($"/api/conversations/{open}/messages?limit=50");
        var messages = (await thread.ShouldBeJsonAsync(200))["items"]!.AsArray();
        var said = messages.Reverse().Select(message => (string?)message!["body"]).ToList();
        await Eventually.BecomesAsync(
            async () => (await tab.Page.Locator(".bubble-text").AllInnerTextsAsync())
                .Select(text => text.Trim()).TakeLast(said.Count).ToList(),
            shown => shown.SequenceEqual(said), $"the thread to read: {string.Join(" | ", said)}");
        var previews = conversations.Select(one => (string?)one!["lastMessage"]!["preview"]).ToList();
        await Eventually.BecomesAsync(
            async () => (await tab.Page.Locator(".row-preview").AllInnerTextsAsync()).Select(text => text.Trim()).ToList(),
            shown => shown.SequenceEqual(previews), $"the list to read: {string.Join(" | ", previews)}");
    }
}
