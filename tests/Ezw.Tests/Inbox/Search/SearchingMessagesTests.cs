using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Providers;
using Ezw.Tests.Inbox.Reading;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Search;

/// <summary>GET /api/search/messages and q of the list: what was written is found a moment later, by those who may read it.</summary>
public sealed class SearchingMessagesTests
{
    [Theory, EachDatabase]
    public async Task What_was_written_is_found_in_hebrew_and_english_with_the_words_marked(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var ana = app.NewPhone();
        await line.ReceiveAsync(ana, "שָׁלוֹם, מתי מגיעה ההזמנה? order 4711");
        await line.ReceiveAsync(ana, "הטלפון שלי 050-765-4321");
        await line.SendTextAsync(ana, "ההזמנה בדרך");
        app.WhatsApp.PersonSends(
            ana, line.Phone, app.WhatsApp.Attach(MediaKind.Document, [1], "application/pdf", "חשבונית מס.pdf", "see attached"));

        Assert.Equal(2, (await FoundAsync(acme, "הזמנה", 2)).Count);
        Assert.Single(await FoundAsync(acme, "שלום ORD", 1));
        Assert.Single(await FoundAsync(acme, "0507654321", 1));
        Assert.Single(await FoundAsync(acme, "654321", 1));
        Assert.Single(await FoundAsync(acme, "attach חשבונ", 1));
        Assert.Empty(await SearchAsync(acme, "q=הזמנה order בדרך"));
        var hit = (await FoundAsync(acme, "4711", 1))[0]!;
        var mark = Assert.Single(hit["snippet"]!["highlights"]!.AsArray())!;
        Assert.Equal("4711", ((string)hit["snippet"]!["text"]!).Substring((int)mark["start"]!, (int)mark["length"]!));
        Assert.Equal((ana, line.Id, false), ((string?)hit["contact"]!["phoneNumber"], hit["message"]!["lineId"]!.GetValue<Guid>(),
            (bool)hit["message"]!["fromMe"]!));

        var conversation = hit["message"]!["conversationId"];
        Assert.Single(await SearchAsync(acme, $"q=4711&conversationId={conversation}"));
        Assert.Single(await ListingConversationsTests.ItemsAsync(acme, "q=4711"));
        Assert.Single(await ListingConversationsTests.ItemsAsync(acme, $"q={ana[^6..]}"));
        Assert.Single(await ListingConversationsTests.ItemsAsync(acme, $"q=0{ana[4..8]}"));
        Assert.Empty(await ListingConversationsTests.ItemsAsync(acme, "q=4711&type=group"));
        Assert.Empty(await ListingConversationsTests.ItemsAsync(acme, "q=nothing"));
    }

    [Theory, EachDatabase]
    public async Task Only_words_of_visible_lines_of_the_own_organization_are_found(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var (acme, globex) = (await app.CreateOrganizationAsync("Acme"), await app.CreateOrganizationAsync("Globex"));
        var member = await app.AddMemberAsync(acme, Role.Operator);
        TestLine[] lines = [await acme.PairLineAsync("One"), await acme.PairLineAsync("Two")];
        await ListingConversationsTests.GrantAsync(acme, member, lines[0], "see");
        await lines[0].ReceiveAsync(app.NewPhone(), "canary one");
        await lines[1].ReceiveAsync(app.NewPhone(), "canary two");
        var (open, hidden) = ((await FoundAsync(acme, "canary one", 1))[0]!["message"]!, (await FoundAsync(acme, "canary two", 1))[0]!["message"]!);

        Assert.Equal((string?)open["id"], (string?)Assert.Single(await SearchAsync(member, "q=canary"))!["message"]!["id"]);
        Assert.Single(await ListingConversationsTests.ItemsAsync(member, "q=canary"));
        foreach (var query in new[] { $"lineId={lines[1].Id}", $"conversationId={hidden["conversationId"]}" })
            await (await member.GetAsync($"/api/search/messages?q=canary&{query}")).ShouldRefuseAsync(404, "not_found");
        Assert.Empty(await SearchAsync(globex, "q=canary"));
        Assert.Empty(await ListingConversationsTests.ItemsAsync(globex, "q=canary"));
        Assert.Single(await SearchAsync(acme, $"q=canary&lineId={lines[1].Id}"));
        foreach (var q in new[] { "", "q=", "q=.", $"q={new string('x', 201)}", "q=a b c d e f g h i j k" + " l1 l2 l3 l4 l5 l6 l7 l8 l9 l10 l11" })
            await (await acme.GetAsync($"/api/search/messages?{q}")).ShouldBlameAsync("q");
    }

    [Theory, EachDatabase]
    public async Task The_whole_history_is_paged_through_the_newest_first(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.LineInStateAsync("connected");
        for (var i = 0; i < 23; i++)
            await line.SendTextAsync("+972501234567", $"parcel {i}");
        await FoundAsync(acme, "parcel 22", 1);

        var (found, cursor) = (new List<string>(), "");
        do
        {
            using var answer = await acme.GetAsync($"/api/search/messages?q=parcel&limit=10{cursor}");
            var page = await answer.ShouldBeJsonAsync(200);
            found.AddRange(page["items"]!.AsArray().Select(item => (string)item!["snippet"]!["text"]!));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : "";
            if (cursor.Length > 0)
                await (await acme.GetAsync($"/api/search/messages?q=other&limit=10{cursor}")).ShouldBlameAsync("cursor");
        }
        while (cursor.Length > 0);

        Assert.Equal(Enumerable.Range(0, 23).Reverse().Select(i => $"parcel {i}"), found);
    }

    [Theory, EachDatabase]
    public async Task An_edit_is_found_by_its_new_words_and_a_deleted_message_still_by_its_own(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var ana = app.NewPhone();
        var id = app.WhatsApp.PersonWrites(ana, line.Phone, "firstword");
        await FoundAsync(acme, "firstword", 1);

        app.WhatsApp.PersonEdits(ana, line.Phone, id, "secondword");
        await FoundAsync(acme, "secondword", 1);
        Assert.Empty(await SearchAsync(acme, "q=firstword"));

        app.WhatsApp.PersonDeletes(ana, line.Phone, id);
        app.WhatsApp.PersonWrites(ana, line.Phone, "thirdword");
        await FoundAsync(acme, "thirdword", 1);
        Assert.Single(await SearchAsync(acme, "q=secondword"));
    }

    [Theory, EachDatabase]
    public async Task Indexing_goes_on_where_it_stopped_after_a_restart(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.LineInStateAsync("connected");
        await line.SendTextAsync("+972501234567", "before");
        await FoundAsync(acme, "before", 1);
        var position = await app.CountAsync($"select position from search_progress where organization_id = {acme.OrganizationId}");

        // As if the node had died before its last batch was committed: neither words nor progress of it are there.
        await app.AlterAsync($"update search_progress set position = 0 where organization_id = {acme.OrganizationId}");
        await line.SendTextAsync("+972501234567", "after");

        await FoundAsync(acme, "after", 1);
        Assert.Single(await SearchAsync(acme, "q=before"));
        Assert.True(await app.CountAsync($"select position from search_progress where organization_id = {acme.OrganizationId}") > position);
        Assert.Equal(2, await app.CountAsync($"select count(*) from message_search where organization_id = {acme.OrganizationId}"));
    }

    internal static async Task<JsonArray> SearchAsync(Workspace who, string query)
    {
        using var answer = await who.GetAsync($"/api/search/messages?{query}");
        return (await answer.ShouldBeJsonAsync(200))["items"]!.AsArray();
    }

    private static Task<JsonArray> FoundAsync(Workspace who, string q, int count) =>
        Eventually.BecomesAsync(() => SearchAsync(who, $"q={q}"), items => items.Count == count, q);
}
