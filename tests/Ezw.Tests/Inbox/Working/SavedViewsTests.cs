using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>Filters of the list that are worth keeping.</summary>
public sealed class SavedViewsTests
{
    [Theory, EachDatabase]
    public async Task A_view_is_kept_by_its_owner_or_shared_by_a_manager(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var shared = await WorkTeam.MakeAsync(team.Owner, "/api/views",
            """{"name":"Waiting","filter":{"waiting":true,"assignee":"none","q":"invoice"},"sort":"waiting","shared":true,"rank":2}""");
        var own = await WorkTeam.MakeAsync(team.Agent, "/api/views", """{"name":"Mine","filter":{"assignee":"me"},"rank":1}""");
        Assert.Equal(("none", "invoice", true, "waiting"), ((string?)shared["filter"]!["assignee"], (string?)shared["filter"]!["q"],
            (bool?)shared["filter"]!["waiting"], (string?)shared["sort"]));
        using (var refused = await team.Agent.PostAsync("/api/views", """{"name":"x","filter":{},"shared":true}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var refused = await team.Agent.DeleteAsync($"/api/views/{shared["id"]}"))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var absent = await team.Owner.DeleteAsync($"/api/views/{own["id"]}"))
            await absent.ShouldRefuseAsync(404, "not_found");

        using (var moved = await team.Agent.PatchAsync($"/api/views/{own["id"]}", """{"rank":3,"filter":{"unread":true},"version":1}"""))
            Assert.Equal((3, 2), await moved.ShouldBeJsonAsync(200) is var view ? ((long?)view["rank"], (long?)view["version"]) : default);
        using (var stale = await team.Agent.PatchAsync($"/api/views/{own["id"]}", """{"rank":4,"version":1}"""))
            await stale.ShouldRefuseAsync(409, "stale_version");
        var views = await WorkTeam.ListAsync(team.Agent, "/api/views");
        Assert.Equal(["Waiting", "Mine"], views.Select(view => (string?)view["name"]));
        Assert.Null(views[1]["filter"]!["assignee"]);
        Assert.Equal(["Waiting"], (await WorkTeam.ListAsync(team.Owner, "/api/views")).Select(view => (string?)view["name"]));
        using (var gone = await team.Agent.DeleteAsync($"/api/views/{own["id"]}"))
            Assert.Equal(204, (int)gone.StatusCode);

        foreach (var json in new[]
        {
            """{"name":"x"}""", """{"name":"x","filter":{"color":"red"}}""", """{"name":"x","filter":{"assignee":"somebody"}}""",
            """{"name":"x","filter":{},"sort":"random"}""", """{"name":"","filter":{}}""", """{"name":"x","filter":{"q":"a\u0000"}}""",
            """{"name":"x","filter":{},"ownerId":"018f0000-0000-7000-8000-000000000000"}""",
        })
        {
            using var refused = await team.Owner.PostAsync("/api/views", json);
            await refused.ShouldRefuseAsync(400, "invalid_request");
        }
    }
}
