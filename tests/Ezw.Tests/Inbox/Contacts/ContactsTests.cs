using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Inbox.Reading;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Contacts;

/// <summary>/api/contacts: seen through a visible line only, changed by who operates it, merged and parted by hand.</summary>
public sealed class ContactsTests
{
    [Theory, EachDatabase]
    public async Task A_contact_is_named_by_the_team_found_by_it_and_never_changed_unseen(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var ana = app.NewPhone();
        await line.ReceiveAsync(ana, "hello");
        var contact = Assert.Single(await ItemsAsync(acme, ""))!;
        var path = $"/api/contacts/{contact["id"]}";
        Assert.Equal(ana, (string?)Assert.Single(contact["phoneNumbers"]!.AsArray()));
        Assert.Contains("phone", contact["knownBy"]!.AsArray().Select(name => (string?)name));

        using var changed = await acme.PatchAsync(
            path, $$"""{"displayName":"אנה כהן","email":"ana@example.com","company":"Initech","version":{{contact["version"]}}}""");
        var now = await changed.ShouldBeJsonAsync(200);
        Assert.Equal(("אנה כהן", "ana@example.com"), ((string?)now["name"], (string?)now["email"]));
        var stale = await (await acme.PatchAsync(path, $$"""{"company":"","version":{{contact["version"]}}}""")).ShouldRefuseAsync(409, "stale_version");
        Assert.Equal("Initech", (string?)stale["current"]!["company"]);
        using var cleared = await acme.PatchAsync(path, """{"company":""}""");
        var after = await cleared.ShouldBeJsonAsync(200);
        Assert.Equal(("אנה כהן", (string?)null), ((string?)after["displayName"], (string?)after["company"]));

        Assert.Equal("אנה כהן", (string?)(await ListingConversationsTests.ItemsAsync(acme, ""))[0]!["contact"]!["name"]);
        foreach (var q in new[] { "כהן", "אנה כה", ana[^5..], $"0{ana[4..]}", "ana example" })
            await Eventually.BecomesAsync(() => ItemsAsync(acme, $"q={q}"), items => items.Count == 1, q);
        Assert.Equal(2, await app.CountAsync($"""
            select count(*) from event where organization_id = {acme.OrganizationId} and kind = 'contact.changed' and line_id = {line.Id}
              and conversation_id is not null and at > 0 and position > (select max(position) - 2 from event where organization_id = {acme.OrganizationId})
            """));
        foreach (var (json, member) in new[] { ($$"""{"displayName":"{{new string('x', 101)}}"}""", "displayName"), ("""{"email":"x"}""", "email"),
            ("""{"company":"a\u0001"}""", "company") })
            await (await acme.PatchAsync(path, json)).ShouldBlameAsync(member);
    }

    [Theory, EachDatabase]
    public async Task A_contact_is_seen_and_changed_by_what_its_lines_allow(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var (member, globex) = (await app.AddMemberAsync(acme, Role.Operator), await app.CreateOrganizationAsync("Globex"));
        TestLine[] lines = [await acme.CreateLineAsync("One"), await acme.CreateLineAsync("Two")];
        var all = await SeededInbox.SeedAsync(app.Database, acme.OrganizationId, [.. lines.Select(l => l.Id)], acme.UserId, 30);
        await ListingConversationsTests.GrantAsync(acme, member, lines[0], "see");
        var (seen, hidden) = (all.First(c => c.LineId == lines[0].Id).ContactId, all.First(c => c.LineId == lines[1].Id).ContactId);

        foreach (var who in new[] { acme, member })
        {
            var expected = all.Where(c => who == acme || c.LineId == lines[0].Id).Select(c => $"{c.ContactId}")
                .OrderDescending(StringComparer.Ordinal);
            Assert.Equal(expected, await AllAsync(who));
        }
        await (await member.GetAsync($"/api/contacts/{hidden}")).ShouldRefuseAsync(404, "not_found");
        await (await member.PatchAsync($"/api/contacts/{hidden}", "{}")).ShouldRefuseAsync(404, "not_found");
        await (await globex.GetAsync($"/api/contacts/{seen}")).ShouldRefuseAsync(404, "not_found");
        Assert.Empty(await ItemsAsync(globex, ""));
        using var profile = await member.GetAsync($"/api/contacts/{seen}");
        Assert.Single((await profile.ShouldBeJsonAsync(200))["conversations"]!.AsArray());
        await (await member.PatchAsync($"/api/contacts/{seen}", """{"displayName":"x"}""")).ShouldRefuseAsync(403, "forbidden");
        await (await member.PostAsync($"/api/contacts/{seen}/merges", $$"""{"contactId":"{{hidden}}"}""")).ShouldRefuseAsync(404, "not_found");

        await ListingConversationsTests.GrantAsync(acme, member, lines[0], "operate");
        await ListingConversationsTests.GrantAsync(acme, member, lines[1], "see");
        using var changed = await member.PatchAsync($"/api/contacts/{seen}", """{"displayName":"x"}""");
        await changed.ShouldBeJsonAsync(200);
        await (await member.PostAsync($"/api/contacts/{seen}/merges", $$"""{"contactId":"{{hidden}}"}""")).ShouldRefuseAsync(403, "forbidden");
    }

    [Theory, EachDatabase]
    public async Task Two_contacts_become_one_by_hand_and_part_again(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var (ana, anna) = (app.NewPhone(), app.NewPhone());
        await line.ReceiveAsync(ana, "from the office");
        await line.ReceiveAsync(anna, "from home");
        var listed = await ListingConversationsTests.ItemsAsync(acme, "");
        var (merged, kept) = ((string)listed[1]!["contact"]!["id"]!, (string)listed[0]!["contact"]!["id"]!);
        await Eventually.BecomesAsync(() => ListingConversationsTests.ItemsAsync(acme, "q=office"), items => items.Count == 1, "the index");

        using var made = await acme.PostAsync($"/api/contacts/{kept}/merges", $$"""{"contactId":"{{merged}}"}""");
        var profile = await made.ShouldBeJsonAsync(200);
        Assert.Equal(2, profile["contact"]!["phoneNumbers"]!.AsArray().Count);
        Assert.Single(profile["conversations"]!.AsArray());
        var merge = Assert.Single(profile["merges"]!.AsArray())!;
        Assert.Equal((merged, "person"), ((string?)merge["mergedContactId"], (string?)merge["reason"]));
        using var former = await acme.GetAsync($"/api/contacts/{merged}");
        Assert.Equal(kept, (string?)(await former.ShouldBeJsonAsync(200))["contact"]!["id"]);
        Assert.Single(await ItemsAsync(acme, ""));
        await (await acme.PostAsync($"/api/contacts/{kept}/merges", $$"""{"contactId":"{{merged}}"}""")).ShouldRefuseAsync(409, "contacts_not_mergeable");
        await Eventually.BecomesAsync(
            () => ListingConversationsTests.ItemsAsync(acme, $"q=office"),
            items => items is [{ } one] && (string?)one["id"] == (string?)listed[0]!["id"], "the messages in the conversation that stayed");
        await Eventually.BecomesAsync(() => ItemsAsync(acme, $"q={ana[^6..]}"), items => items is [{ } one] && (string?)one["id"] == kept, "kept");

        using var parted = await acme.DeleteAsync($"/api/contacts/{kept}/merges/{merge["id"]}");
        Assert.Equal(204, (int)parted.StatusCode);
        Assert.Equal(2, (await ItemsAsync(acme, "")).Count);
        await Eventually.BecomesAsync(
            () => ListingConversationsTests.ItemsAsync(acme, $"q=office"),
            items => items is [{ } one] && (string?)one["id"] == (string?)listed[1]!["id"], "the messages back where they were");
        await (await acme.DeleteAsync($"/api/contacts/{kept}/merges/{merge["id"]}")).ShouldRefuseAsync(404, "not_found");
    }

    private static async Task<JsonArray> ItemsAsync(Workspace who, string query)
    {
        using var answer = await who.GetAsync($"/api/contacts?{query}");
        return (await answer.ShouldBeJsonAsync(200))["items"]!.AsArray();
    }

    private static async Task<List<string?>> AllAsync(Workspace who)
    {
        var (ids, cursor) = (new List<string?>(), "");
        do
        {
            using var answer = await who.GetAsync($"/api/contacts?limit=7{cursor}");
            var page = await answer.ShouldBeJsonAsync(200);
            ids.AddRange(page["items"]!.AsArray().Select(item => (string?)item!["id"]));
            cursor = page["nextCursor"] is { } next ? $"&cursor={next}" : "";
        }
        while (cursor.Length > 0);
        return ids;
    }
}
