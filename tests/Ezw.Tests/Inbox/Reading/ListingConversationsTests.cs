using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Reading;

/// <summary>GET /api/conversations: what a row shows, what filters and pages hold, and who sees which.</summary>
public sealed class ListingConversationsTests
{
    [Theory, EachDatabase]
    public async Task A_conversation_tells_who_wrote_what_and_that_nobody_answered(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.PairLineAsync();
        var ana = app.NewPhone();
        await line.ReceiveAsync(ana, "hello\n\n  there");

        var item = Assert.Single(await ItemsAsync(acme, ""))!;

        Assert.Equal((line.Id, "individual", 1L), (item["lineId"]!.GetValue<Guid>(), (string?)item["type"], (long)item["unreadCount"]!));
        Assert.Equal((ana, true), ((string?)item["contact"]!["phoneNumber"], (bool)item["contact"]!["isPhoneKnown"]!));
        Assert.NotEmpty((string?)item["contact"]!["name"] ?? "");
        Assert.Equal(("hello there", false, "text", "received"), ((string?)item["lastMessage"]!["preview"],
            (bool)item["lastMessage"]!["fromMe"]!, (string?)item["lastMessage"]!["type"], (string?)item["lastMessage"]!["status"]));
        Assert.Equal((string?)item["lastMessage"]!["at"], (string?)item["waitingSince"]);
        Assert.Null(item["assignee"]);

        using var one = await acme.GetAsync($"/api/conversations/{item["id"]}");
        Assert.True(JsonNode.DeepEquals(item, await one.ShouldBeJsonAsync(200)));
    }

    [Theory, EachDatabase]
    public async Task Every_filter_pages_through_exactly_its_conversations_in_order(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        TestLine[] lines = [await acme.CreateLineAsync("One"), await acme.CreateLineAsync("Two"), await acme.CreateLineAsync("Three")];
        var operatorOfTwo = await app.AddMemberAsync(acme, Role.Operator);
        foreach (var line in lines[..2])
            await GrantAsync(acme, operatorOfTwo, line, "see");
        var all = await SeededInbox.SeedAsync(app.Database, acme.OrganizationId, [.. lines.Select(line => line.Id)], acme.UserId, 90);
        var open = all[0].StageId;
        (string Query, Func<SeededConversation, bool> Holds)[] filters =
        [
            ("", _ => true), ("unread=true", c => c.Unread > 0), ("unread=false", c => c.Unread == 0),
            ("waiting=true", c => c.WaitingSince is not null), ("waiting=false", c => c.WaitingSince is null),
            ("snoozed=true", c => c.SnoozedUntil is not null), ("snoozed=false", c => c.SnoozedUntil is null),
            ("type=group", c => c.Type == "group"), ("assignee=none", c => c.AssigneeId is null),
            ($"assignee={acme.UserId}", c => c.AssigneeId is not null), ($"stage={open}", c => c.StageId == open),
            ("stage=open", c => c.StageId == open), ("stage=active", c => c.StageId == open || c.StageId == all[5].StageId),
            ("stage=active&snoozed=false&assignee=none", c =>
                (c.StageId == open || c.StageId == all[5].StageId) && c is { SnoozedUntil: null, AssigneeId: null }),
            ($"lineId={lines[0].Id}", c => c.LineId == lines[0].Id),
            ($"lineId={lines[0].Id}&unread=true&stage=open", c => c.LineId == lines[0].Id && c.Unread > 0 && c.StageId == open),
        ];
        foreach (var (who, seen) in new[] { (acme, lines), (operatorOfTwo, lines[..2]) })
        {
            foreach (var (query, holds) in filters)
            {
                var mine = all.Where(c => seen.Any(line => line.Id == c.LineId) && holds(c)).ToList();
                Assert.NotEmpty(mine);
                Assert.Equal(
                    mine.OrderByDescending(c => c.LastMessageAt).ThenByDescending(c => $"{c.Id}", StringComparer.Ordinal).Select(c => c.Id),
                    await IdsAsync(who, query));
                Assert.Equal(
                    mine.Where(c => c.WaitingSince is not null && !query.Contains("waiting=false", StringComparison.Ordinal))
                        .OrderBy(c => c.WaitingSince).ThenBy(c => $"{c.Id}", StringComparer.Ordinal).Select(c => c.Id),
                    query.Contains("waiting=false", StringComparison.Ordinal) ? [] : await IdsAsync(who, $"{query}&sort=waiting"));
            }
        }
        Assert.Equal(await IdsAsync(acme, $"assignee={acme.UserId}"), await IdsAsync(acme, "assignee=me"));
        Assert.Empty(await IdsAsync(operatorOfTwo, "assignee=me"));
    }

    [Theory, EachDatabase]
    public async Task Who_may_see_no_line_sees_nothing_and_a_line_out_of_sight_is_not_found(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var bystander = await app.AddMemberAsync(acme, Role.Operator);
        var line = await acme.PairLineAsync();
        await line.ReceiveAsync(app.NewPhone(), "hello");
        var conversation = (await ItemsAsync(acme, ""))[0]!["id"];

        Assert.Empty(await ItemsAsync(bystander, ""));
        using var filtered = await bystander.GetAsync($"/api/conversations?lineId={line.Id}");
        using var absent = await bystander.GetAsync($"/api/conversations?lineId={Guid.CreateVersion7()}");
        using var read = await bystander.GetAsync($"/api/conversations/{conversation}");
        using var thread = await bystander.GetAsync($"/api/conversations/{conversation}/messages");
        foreach (var refused in new[] { filtered, absent, read, thread })
            await refused.ShouldRefuseAsync(404, "not_found");

        await GrantAsync(acme, bystander, line, "see");
        Assert.Single(await ItemsAsync(bystander, $"lineId={line.Id}"));
    }

    [Theory, EachDatabase]
    public async Task A_cursor_of_another_filter_or_organization_is_refused(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var globex = await app.CreateOrganizationAsync("Globex");
        var line = await acme.CreateLineAsync();
        await SeededInbox.SeedAsync(app.Database, acme.OrganizationId, [line.Id], acme.UserId, 5);
        using var first = await acme.GetAsync("/api/conversations?limit=2");
        var cursor = (string?)(await first.ShouldBeJsonAsync(200))["nextCursor"];
        Assert.NotNull(cursor);

        foreach (var (who, query) in new[] { (acme, "unread=true&"), (acme, "sort=waiting&"), (globex, ""), (acme, "stage=open&") })
            await (await who.GetAsync($"/api/conversations?{query}cursor={cursor}")).ShouldBlameAsync("cursor");
        foreach (var (query, member) in new[]
            { ("limit=0", "limit"), ("limit=101", "limit"), ("sort=x", "sort"), ("type=x", "type"), ("assignee=x", "assignee"),
                ("stage=x", "stage"), ("sort=waiting&waiting=false", "waiting") })
            await (await acme.GetAsync($"/api/conversations?{query}")).ShouldBlameAsync(member);
    }

    [Theory, EachDatabase]
    public async Task A_merged_conversation_is_listed_nowhere_and_leads_to_the_one_that_stayed(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var line = await acme.CreateLineAsync();
        var all = await SeededInbox.SeedAsync(app.Database, acme.OrganizationId, [line.Id], acme.UserId, 3);
        await app.AlterAsync($"update conversation set merged_into_id = {all[1].Id} where id = {all[0].Id}");

        Assert.DoesNotContain(all[0].Id, await IdsAsync(acme, ""));
        using var read = await acme.GetAsync($"/api/conversations/{all[0].Id}");
        Assert.Equal(all[1].Id, (await read.ShouldBeJsonAsync(200))["id"]!.GetValue<Guid>());
        using var thread = await acme.GetAsync($"/api/conversations/{all[0].Id}/messages");
        await thread.ShouldBeJsonAsync(200);
    }

    internal static async Task GrantAsync(Workspace owner, Workspace member, TestLine line, string level)
    {
        using var granted = await owner.PutAsync($"{line.Path}/permissions/{member.UserId}", $$"""{"level":"{{level}}"}""");
        Assert.Equal(204, (int)granted.StatusCode);
    }

    internal static async Task<JsonArray> ItemsAsync(Workspace who, string query)
    {
        using var answer = await who.GetAsync($"/api/conversations?{query}");
        return (await answer.ShouldBeJsonAsync(200))["items"]!.AsArray();
    }

    /// <summary>All pages, seven at a time.</summary>
    private static async Task<List<Guid>> IdsAsync(Workspace who, string query)
    {
        var ids = new List<Guid>();
        string? cursor = null;
        do
        {
            using var answer = await who.GetAsync(
                $"/api/conversations?{query}&limit=7{(cursor is null ? "" : $"&cursor={cursor}")}");
            var page = await answer.ShouldBeJsonAsync(200);
            ids.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);
        return ids;
    }
}
