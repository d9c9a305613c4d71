using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Providers;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Reading;

/// <summary>GET /api/conversations/{id}/messages: pages, places, and everything that hangs on a message.</summary>
public sealed class ReadingAThreadTests
{
    [Theory, EachDatabase]
    public async Task A_thread_is_paged_back_in_time_caught_up_and_opened_anywhere(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var ana = app.NewPhone();
        for (var i = 0; i < 7; i++)
            await line.ReceiveAsync(ana, $"message {i}");
        // Equal times: what came later is newer.
        await app.AlterAsync($"update message set at = 5000 where organization_id = {acme.OrganizationId}");
        var thread = $"/api/conversations/{(await ListingConversationsTests.ItemsAsync(acme, ""))[0]!["id"]}/messages";

        var first = await PageAsync(acme, $"{thread}?limit=3");
        var second = await PageAsync(acme, $"{thread}?limit=3&cursor={first.Next}");
        var third = await PageAsync(acme, $"{thread}?limit=3&cursor={second.Next}");
        Assert.Equal(["message 6", "message 5", "message 4"], Bodies(first));
        Assert.Equal(["message 3", "message 2", "message 1"], Bodies(second));
        Assert.Equal(["message 0"], Bodies(third));
        Assert.Null(third.Next);

        var middle = second.Items[0]!["id"];
        var around = await PageAsync(acme, $"{thread}?around={middle}&limit=4");
        Assert.Equal(["message 5", "message 4", "message 3", "message 2"], Bodies(around));
        Assert.Equal(["message 1", "message 0"], Bodies(await PageAsync(acme, $"{thread}?limit=4&cursor={around.Next}")));
        Assert.Equal(["message 5", "message 4"], Bodies(await PageAsync(acme, $"{thread}?after={middle}&limit=2")));
        Assert.Empty(Bodies(await PageAsync(acme, $"{thread}?after={first.Items[0]!["id"]}")));

        await (await acme.GetAsync($"{thread}?after={middle}&around={middle}")).ShouldBlameAsync("after");
        await (await acme.GetAsync($"{thread}?limit=101")).ShouldBlameAsync("limit");
        await (await acme.GetAsync($"{thread}?around={Guid.CreateVersion7()}")).ShouldRefuseAsync(404, "not_found");
        using var one = await acme.GetAsync($"/api/messages/{middle}");
        Assert.True(JsonNode.DeepEquals(second.Items[0], await one.ShouldBeJsonAsync(200)));
    }

    [Theory, EachDatabase]
    public async Task A_message_shows_its_file_place_quote_reactions_edits_and_deletion(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var (ana, phone, whatsapp, image) = (app.NewPhone(), line.Phone, app.WhatsApp, TestImage.Png());
        var text = whatsapp.PersonWrites(ana, phone, "teh order");
        whatsapp.PersonSends(ana, phone, whatsapp.Attach(MediaKind.Image, image, "image/png", "a.png", "my caption"), text);
        whatsapp.PersonSends(ana, phone, new SeenContent.Location(32.1, 34.8, "Office", "1 Road", false));
        var answer = whatsapp.PhoneWrites(phone, ana, "fine", text);
        whatsapp.PersonEdits(ana, phone, text, "the order");
        whatsapp.PersonReacts(ana, phone, answer, "👍");
        whatsapp.PersonReacts(ana, phone, answer, "❤️");
        whatsapp.PhoneReacts(phone, ana, text, "🙏");
        var gone = whatsapp.PersonWrites(ana, phone, "forget this");
        whatsapp.PersonDeletes(ana, phone, gone);

        var items = await WaitAsync(acme, line, page => page.Count == 5 && page[0]!["deletedAt"] is not null
            && page[1]!["reactions"]!.AsArray() is [{ } one] && (string?)one["emoji"] == "❤️" && page[4]!["editedAt"] is not null
            && page[4]!["reactions"]!.AsArray().Count == 1);

        Assert.Equal("forget this", (string?)items[0]!["body"]);
        Assert.Equal((true, "phone", "text"), ((bool)items[1]!["fromMe"]!, (string?)items[1]!["origin"], (string?)items[1]!["type"]));
        Assert.Equal((string?)items[4]!["id"], (string?)items[1]!["quotedMessageId"]);
        Assert.False((bool)items[1]!["reactions"]![0]!["fromMe"]!);
        Assert.Equal(32.1, (double)items[2]!["content"]!["location"]!["latitude"]!);
        Assert.NotNull(items[1]!["reactions"]![0]!["senderContactId"]);
        Assert.Equal("my caption", (string?)items[3]!["body"]);
        Assert.Equal((string?)items[4]!["id"], (string?)items[3]!["quotedMessageId"]);
        var file = Assert.Single(items[3]!["attachments"]!.AsArray())!;
        Assert.Equal(("image", "image/png", (long)image.Length), (
            (string?)file["kind"], (string?)file["mimeType"], (long)file["sizeBytes"]!));
        Assert.Equal(("the order", "teh order"), ((string?)items[4]!["body"], (string?)items[4]!["originalBody"]));
        var mine = Assert.Single(items[4]!["reactions"]!.AsArray())!;
        Assert.True((bool)mine["fromMe"]! && mine["senderContactId"] is null);

        whatsapp.PersonReacts(ana, phone, answer, null);
        await WaitAsync(acme, line, page => page[1]!["reactions"]!.AsArray().Count == 0);
    }

    [Theory, EachDatabase]
    public async Task In_a_group_every_message_names_who_wrote_it(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var (ana, ben) = (app.NewPhone(), app.NewPhone());
        var group = app.WhatsApp.MakeGroup("Family", line.Phone, ana, ben);
        app.WhatsApp.PersonWrites(ana, group, "hi all");
        app.WhatsApp.PersonWrites(ben, group, "hi ana");

        var items = await WaitAsync(acme, line, page => page.Count == 2);

        Assert.Equal([ben, ana], items.Select(item => (string?)item!["sender"]!["phoneNumber"]));
        var listed = (await ListingConversationsTests.ItemsAsync(acme, "type=group"))[0]!;
        Assert.Equal(("Family", (string?)null, false), ((string?)listed["contact"]!["name"], (string?)listed["contact"]!["phoneNumber"],
            (bool)listed["contact"]!["isPhoneKnown"]!));
    }

    private static async Task<JsonArray> WaitAsync(Workspace who, TestLine line, Func<JsonArray, bool> complete) =>
        await Eventually.BecomesAsync(async () =>
        {
            var conversations = await ListingConversationsTests.ItemsAsync(who, $"lineId={line.Id}");
            return conversations.Count == 0 ? [] : (await PageAsync(who, $"/api/conversations/{conversations[0]!["id"]}/messages")).Items;
        }, items => items.Count > 0 && complete(items), "the thread");

    private static async Task<(JsonArray Items, string? Next)> PageAsync(Workspace who, string path)
    {
        using var answer = await who.GetAsync(path);
        var page = await answer.ShouldBeJsonAsync(200);
        return (page["items"]!.AsArray(), (string?)page["nextCursor"]);
    }

    private static IEnumerable<string?> Bodies((JsonArray Items, string? Next) page) => page.Items.Select(item => (string?)item!["body"]);
}
