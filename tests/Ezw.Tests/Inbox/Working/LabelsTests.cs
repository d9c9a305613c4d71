using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>Labels of the organization, and of a conversation.</summary>
public sealed class LabelsTests
{
    [Theory, EachDatabase]
    public async Task A_name_is_given_once_whatever_its_case(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var vip = await WorkTeam.MakeAsync(team.Owner, "/api/labels", """{"name":" VIP ","color":"#FF0000"}""");
        Assert.Equal(("VIP", "#ff0000", 1), ((string?)vip["name"], (string?)vip["color"], (long?)vip["version"]));
        var late = await WorkTeam.MakeAsync(team.Owner, "/api/labels", """{"name":"דחוף","color":"#000000"}""");
        using (var taken = await team.Owner.PostAsync("/api/labels", """{"name":"vip","color":"#00ff00"}"""))
            await taken.ShouldRefuseAsync(409, "name_taken");
        using (var taken = await team.Owner.PatchAsync($"/api/labels/{late["id"]}", """{"name":"vIp"}"""))
            await taken.ShouldRefuseAsync(409, "name_taken");
        using (var same = await team.Owner.PatchAsync($"/api/labels/{vip["id"]}", """{"name":"vip"}"""))
            Assert.Equal(("vip", "#ff0000"), await ShownAsync(same));
        using (var stale = await team.Owner.PatchAsync($"/api/labels/{vip["id"]}", """{"color":"#111111","version":1}"""))
            Assert.Equal("vip", (string?)(await stale.ShouldRefuseAsync(409, "stale_version"))["current"]!["name"]);
        foreach (var json in new[]
        {
            """{"name":"x","color":"red"}""", """{"name":"x","color":"#ff00001"}""", """{"name":"x","color":"#ff0000\n"}""",
            """{"name":" ","color":"#ff0000"}""", """{"name":"x","color":"#ff0000","version":1}""", """{"color":"#ff0000"}""",
        })
        {
            using var refused = await team.Owner.PostAsync("/api/labels", json);
            await refused.ShouldRefuseAsync(400, "invalid_request");
        }
        using (var refused = await team.Agent.PostAsync("/api/labels", """{"name":"x","color":"#ff0000"}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");

        Assert.Equal(["vip", "דחוף"], (await WorkTeam.ListAsync(team.Agent, "/api/labels")).Select(label => (string?)label["name"]));

        static async Task<(string?, string?)> ShownAsync(HttpResponseMessage answer) =>
            await answer.ShouldBeJsonAsync(200) is var label ? ((string?)label["name"], (string?)label["color"]) : default;
    }

    [Theory, EachDatabase]
    public async Task Labels_are_put_on_taken_off_and_set_together_or_not_at_all(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        await desk.GrantAsync(team.Agent, "operate");
        var ids = new List<string>();
        foreach (var name in new[] { "a", "b", "c" })
            ids.Add($"{(await WorkTeam.MakeAsync(team.Owner, "/api/labels", $$"""{"name":"{{name}}","color":"#000000"}"""))["id"]}");

        var one = await desk.DoAsync(team.Agent, HttpMethod.Post, "/labels", $$"""{"labelId":"{{ids[0]}}"}""");
        var same = await desk.DoAsync(team.Agent, HttpMethod.Post, "/labels", $$"""{"labelId":"{{ids[0]}}","version":2}""");
        Assert.Equal((2, 2), ((long?)one["version"], (long?)same["version"]));
        using (var unknown = await desk.SendAsync(
            team.Agent, HttpMethod.Put, "/labels", $$"""{"labelIds":["{{ids[1]}}","{{Guid.CreateVersion7()}}"]}"""))
            await unknown.ShouldBlameAsync("labelIds");
        Assert.Equal(["a"], await OnAsync(desk));

        await desk.DoAsync(team.Agent, HttpMethod.Put, "/labels", $$"""{"labelIds":["{{ids[2]}}","{{ids[1]}}","{{ids[1]}}"]}""");
        Assert.Equal(["b", "c"], await OnAsync(desk));
        await desk.DoAsync(team.Agent, HttpMethod.Delete, $"/labels/{ids[1]}");
        await desk.DoAsync(team.Agent, HttpMethod.Delete, $"/labels/{ids[1]}");
        using (var stale = await desk.SendAsync(team.Agent, HttpMethod.Put, "/labels", """{"labelIds":[]}""", "\"3\""))
            await stale.ShouldRefuseAsync(409, "stale_version");
        Assert.Equal(["c"], await OnAsync(desk));
        Assert.Equal(3, await desk.EventsAsync("conversation.changed", "labels"));

        using (var gone = await team.Owner.DeleteAsync($"/api/labels/{ids[2]}"))
            Assert.Equal(204, (int)gone.StatusCode);
        Assert.Empty(await OnAsync(desk));
    }

    private static async Task<IEnumerable<string?>> OnAsync(WorkDesk desk) =>
        (await desk.WorkAsync())["labels"]!.AsArray().Select(label => (string?)label!["name"]);
}
