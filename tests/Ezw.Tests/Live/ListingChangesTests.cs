using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Live;

public sealed class ListingChangesTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Without_a_cursor_the_answer_is_where_the_log_ends(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();

        var start = await ReadAsync(shared.Acme);
        await shared.Acme.AppendAsync(2, line.Id);
        var next = await ReadAsync(shared.Acme, $"?after={start["nextCursor"]}");

        Assert.Empty(start["items"]!.AsArray());
        Assert.False((bool)start["hasMore"]!);
        Assert.Equal(2, next["items"]!.AsArray().Count(change => (string?)change!["lineId"] == $"{line.Id}"));
    }

    [Theory, EachDatabase]
    public async Task Pages_follow_each_other_without_gap_to_the_end(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var line = await owner.CreateLineAsync();
        var cursor = $"{(await ReadAsync(owner))["nextCursor"]}";
        var appended = await owner.AppendAsync(25, line.Id);

        var seen = new List<string>();
        for (var more = true; more;)
        {
            var page = await ReadAsync(owner, $"?after={cursor}&limit=10");
            seen.AddRange(page["items"]!.AsArray().Select(change => $"{change!["subjectId"]}"));
            (cursor, more) = ($"{page["nextCursor"]}", (bool)page["hasMore"]!);
        }

        Assert.Equal(appended.Select(id => $"{id}"), seen);
    }

    [Theory, EachDatabase]
    public async Task An_operator_reads_of_visible_lines_and_the_cursor_moves_past_the_others(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var (seen, hidden) = (await shared.Acme.CreateLineAsync(), await shared.Acme.CreateLineAsync());
        await seen.GrantAsync(shared.Operator);
        var start = $"{(await ReadAsync(shared.Operator))["nextCursor"]}";
        await shared.Acme.AppendAsync(3, hidden.Id);
        var visible = await shared.Acme.AppendAsync(1, seen.Id);
        await shared.Acme.AppendAsync(3, hidden.Id);

        var page = await ReadAsync(shared.Operator, $"?after={start}");
        var after = await ReadAsync(shared.Operator, $"?after={page["nextCursor"]}");

        Assert.Contains(page["items"]!.AsArray(), change => $"{change!["subjectId"]}" == $"{visible[0]}");
        Assert.DoesNotContain($"{hidden.Id}", page.ToJsonString(), StringComparison.Ordinal);
        Assert.NotEqual(start, $"{page["nextCursor"]}");
        Assert.DoesNotContain(after["items"]!.AsArray(), change => $"{change!["subjectId"]}" == $"{visible[0]}");
    }

    [Theory, EachDatabase]
    public async Task One_answer_looks_at_a_bounded_part_even_when_nothing_of_it_is_visible(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var person = await app.AddMemberAsync(owner, Role.Operator);
        var hidden = await owner.CreateLineAsync();
        var cursor = $"{(await ReadAsync(person))["nextCursor"]}";
        await owner.AppendAsync(6_000, hidden.Id);

        var first = await ReadAsync(person, $"?after={cursor}");
        var second = await ReadAsync(person, $"?after={first["nextCursor"]}");

        Assert.True((bool)first["hasMore"]!);
        Assert.False((bool)second["hasMore"]!);
        Assert.Empty(first["items"]!.AsArray().Concat(second["items"]!.AsArray()));
    }

    [Theory, EachDatabase]
    public async Task How_a_line_is_set_up_is_for_those_who_manage_and_one_s_own_permission_for_oneself(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var (person, colleague) = (await app.AddMemberAsync(owner, Role.Operator), await app.AddMemberAsync(owner, Role.Operator));
        var line = await owner.CreateLineAsync();
        var cursor = $"{(await ReadAsync(person))["nextCursor"]}";
        await line.GrantAsync(person);
        await line.GrantAsync(colleague);
        await line.CreateTokenAsync();
        await owner.AppendAsync(1, line.Id, "line.pairing_changed");
        await owner.AppendAsync(1, null, "webhook.changed");
        await owner.AppendAsync(1, null, "something.unheard_of");
        await app.AddMemberAsync(owner, Role.Operator);

        var theirs = (await ReadAsync(person, $"?after={cursor}"))["items"]!.AsArray().Select(Kind);
        var managers = (await ReadAsync(owner, $"?after={cursor}"))["items"]!.AsArray().Select(Kind);
        await line.RevokeAsync(person);
        var last = (await ReadAsync(person, $"?after={cursor}"))["items"]!.AsArray();

        Assert.Equal(["line.permissions_changed", "member.added"], theirs);
        Assert.Equal(
            [
                "line.permissions_changed", "line.permissions_changed", "line.token_rotated", "line.pairing_changed", "webhook.changed",
                "something.unheard_of", "member.added",
            ], managers);
        Assert.All(last.Where(change => Kind(change) == "line.permissions_changed"),
            change => Assert.Equal($"{person.UserId}", $"{change!["subjectId"]}"));
        Assert.Equal("line.permissions_changed", Kind(last[^1]));
    }

    [Theory, EachDatabase]
    public async Task What_is_no_cursor_of_this_organization_is_refused(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var foreign = $"{(await ReadAsync(shared.Globex))["nextCursor"]}";
        var ahead = Ezw.Live.ChangeCursor.Write(shared.Acme.OrganizationId, long.MaxValue);
        var negative = Ezw.Live.ChangeCursor.Write(shared.Acme.OrganizationId, -1);

        foreach (var cursor in new[] { foreign, ahead, negative, "", "x", "%00", "AAAA", foreign + "AA" })
        {
            using var refused = await shared.Acme.GetAsync($"/api/changes?after={cursor}");
            await refused.ShouldBlameAsync("after");
        }
        foreach (var limit in new[] { 0, 501, -1 })
        {
            using var refused = await shared.Acme.GetAsync($"/api/changes?limit={limit}");
            await refused.ShouldBlameAsync("limit");
        }
    }

    private static string? Kind(JsonNode? change) => (string?)change!["kind"];

    private static async Task<JsonNode> ReadAsync(Workspace person, string query = "")
    {
        using var answer = await person.GetAsync($"/api/changes{query}");
        return await answer.ShouldBeJsonAsync(200);
    }
}
