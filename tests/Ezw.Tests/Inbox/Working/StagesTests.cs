using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>The columns of the board: who makes them, what a board needs, and what becomes of conversations.</summary>
public sealed class StagesTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Managers_make_rename_and_order_stages_and_members_read_them(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var made = await WorkTeam.MakeAsync(team.Owner, "/api/stages", """{"name":" Later ","category":"waiting"}""");
        using (var renamed = await team.Owner.PatchAsync($"/api/stages/{made["id"]}", """{"name":"Much later","version":1}"""))
            Assert.Equal("Much later", (string?)(await renamed.ShouldBeJsonAsync(200))["name"]);
        using (var stale = await team.Owner.PatchAsync($"/api/stages/{made["id"]}", """{"name":"No","version":1}"""))
            Assert.Equal(2, (long?)(await stale.ShouldRefuseAsync(409, "stale_version"))["current"]!["version"]);
        var ids = (await WorkTeam.ListAsync(team.Agent, "/api/stages")).ConvertAll(stage => $"{stage["id"]}");
        ids.Reverse();

        using (var ordered = await team.Owner.PutAsync("/api/stages/order", $$"""{"stageIds":["{{string.Join("\",\"", ids)}}"]}"""))
            await ordered.ShouldBeJsonAsync(200);

        var stages = await WorkTeam.ListAsync(team.Agent, "/api/stages");
        Assert.Equal(ids, stages.Select(stage => $"{stage["id"]}"));
        Assert.Equal(("Much later", "waiting", false),
            ((string?)stages[0]["name"], (string?)stages[0]["category"], (bool?)stages[0]["retiring"]));
        foreach (var wrong in new[] { ids.Skip(1), ids.Append($"{Guid.CreateVersion7()}"), ids.Skip(1).Append(ids[1]) })
        {
            using var refused = await team.Owner.PutAsync(
                "/api/stages/order", $$"""{"stageIds":["{{string.Join("\",\"", wrong)}}"]}""");
            await refused.ShouldBlameAsync("stageIds");
        }
    }

    [Theory, EachDatabase]
    public async Task Operators_change_no_stage_and_hostile_bodies_make_none(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var id = (await WorkTeam.ListAsync(team.Owner, "/api/stages"))[0]["id"];
        using (var refused = await team.Agent.PostAsync("/api/stages", """{"name":"x","category":"open"}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var refused = await team.Agent.PatchAsync($"/api/stages/{id}", """{"name":"x"}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var refused = await team.Agent.DeleteAsync($"/api/stages/{id}"))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var refused = await team.Agent.PutAsync("/api/stages/order", """{"stageIds":[]}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");
        foreach (var json in new[]
        {
            """{"name":"","category":"open"}""", """{"name":"a\u0000b","category":"open"}""", """{"name":"x","category":"done"}""",
            """{"name":"x"}""", """{"name":"x","category":"open","id":"018f0000-0000-7000-8000-000000000000"}""",
            """{"name":"x","category":"open","organizationId":"018f0000-0000-7000-8000-000000000000"}""",
            $$"""{"name":"{{new string('a', 51)}}","category":"open"}""",
        })
        {
            using var refused = await team.Owner.PostAsync("/api/stages", json);
            await refused.ShouldRefuseAsync(400, "invalid_request");
        }
        Assert.Equal(3, (await WorkTeam.ListAsync(team.Owner, "/api/stages")).Count);
    }

    [Theory, EachDatabase]
    public async Task A_board_keeps_an_open_and_a_closed_stage(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var stages = await WorkTeam.ListAsync(team.Owner, "/api/stages");
        foreach (var needed in stages.Where(stage => (string?)stage["category"] is "open" or "closed"))
        {
            using var kept = await team.Owner.DeleteAsync($"/api/stages/{needed["id"]}");
            await kept.ShouldRefuseAsync(409, "last_stage_of_category");
            using var still = await team.Owner.PatchAsync($"/api/stages/{needed["id"]}", """{"category":"waiting"}""");
            await still.ShouldRefuseAsync(409, "last_stage_of_category");
        }
        var other = await WorkTeam.MakeAsync(team.Owner, "/api/stages", """{"name":"New","category":"open"}""");

        using var gone = await team.Owner.DeleteAsync($"/api/stages/{stages[0]["id"]}");
        Assert.Equal(204, (int)gone.StatusCode);
        using var last = await team.Owner.DeleteAsync($"/api/stages/{other["id"]}");
        await last.ShouldRefuseAsync(409, "last_stage_of_category");
    }

    [Theory, EachDatabase]
    public async Task A_deleted_stage_gives_its_conversations_to_another(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        var (from, to) = (await desk.StageAsync("open"), await desk.StageAsync("waiting"));
        await WorkTeam.MakeAsync(team.Owner, "/api/stages", """{"name":"New","category":"open"}""");
        foreach (var query in new[] { "", $"?moveTo={from}", $"?moveTo={Guid.CreateVersion7()}" })
        {
            using var refused = await team.Owner.DeleteAsync($"/api/stages/{from}{query}");
            await refused.ShouldBlameAsync("moveTo");
        }

        using (var gone = await team.Owner.DeleteAsync($"/api/stages/{from}?moveTo={to}"))
            Assert.Equal(204, (int)gone.StatusCode);

        Assert.Equal($"{to}", (string?)(await desk.WorkAsync())["stageId"]);
        Assert.Equal(1, await desk.EventsAsync("conversation.changed", "stage"));
        Assert.Equal(3, (await WorkTeam.ListAsync(team.Owner, "/api/stages")).Count);
        using var absent = await team.Owner.DeleteAsync($"/api/stages/{from}");
        await absent.ShouldRefuseAsync(404, "not_found");
    }

    [Theory, EachDatabase]
    public async Task A_stage_with_many_conversations_is_emptied_by_a_job_and_then_goes(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        await team.FillAsync(desk.Line, 450);
        var (from, to) = (await desk.StageAsync("open"), await desk.StageAsync("closed"));
        await WorkTeam.MakeAsync(team.Owner, "/api/stages", """{"name":"New","category":"open"}""");

        using var deleted = await team.Owner.DeleteAsync($"/api/stages/{from}?moveTo={to}");
        var job = await deleted.ShouldBeJsonAsync(202);
        Assert.Equal($"/api/bulk/{job["id"]}", deleted.Headers.Location?.OriginalString);
        var ended = await team.JobAsync(job["id"]!.GetValue<Guid>());

        Assert.Equal(("done", 251), ((string?)ended["state"], (long?)ended["done"]));
        Assert.Equal(451, await team.App.CountAsync($"select count(*) from conversation where stage_id = {to}"));
        Assert.DoesNotContain(await WorkTeam.ListAsync(team.Owner, "/api/stages"), stage => $"{stage["id"]}" == $"{from}");
        Assert.Equal(451, await team.App.CountAsync(
            $"select count(*) from event where kind = 'conversation.changed' and detail = 'stage' and line_id = {desk.Line.Id}"));
    }

    [Theory, EachDatabase]
    public async Task A_stage_that_is_being_emptied_takes_nothing_in_and_stays_when_that_is_canceled(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        var stage = await desk.StageAsync("waiting");
        var (job, action) = (Guid.CreateVersion7(), """{"type":"retireStage"}""");
        // As a node leaves it that dies between two steps.
        await team.App.AlterAsync($"update stage set retired_at = 1 where organization_id = {team.Owner.OrganizationId} and id = {stage}");
        await team.App.AlterAsync($"""
            insert into bulk_job (organization_id, id, user_id, action, retires_stage_id, state, lease_until, created_at)
            values ({team.Owner.OrganizationId}, {job}, {team.Owner.UserId}, {action}, {stage}, 'working', {long.MaxValue}, 0)
            """);
        Assert.True((bool?)(await WorkTeam.ListAsync(team.Agent, "/api/stages")).Single(one => $"{one["id"]}" == $"{stage}")["retiring"]);
        using (var refused = await desk.SendAsync(team.Owner, HttpMethod.Put, "/stage", $$"""{"stageId":"{{stage}}"}"""))
            await refused.ShouldBlameAsync("stageId");

        using (var canceled = await team.Owner.DeleteAsync($"/api/bulk/{job}"))
            Assert.Equal(204, (int)canceled.StatusCode);

        Assert.Equal($"{stage}", (string?)(await desk.DoAsync(
            team.Owner, HttpMethod.Put, "/stage", $$"""{"stageId":"{{stage}}"}"""))["stageId"]);
    }

    [Theory, EachDatabase]
    public async Task A_closed_conversation_reopens_when_the_contact_writes(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.PairLineAsync();
        var ana = shared.App.NewPhone();
        var desk = await WorkDesk.OfContactAsync(line, ana);
        var (open, closed) = (await desk.StageAsync("open"), await desk.StageAsync("closed"));
        var moved = await desk.DoAsync(shared.Acme, HttpMethod.Put, "/stage", $$"""{"stageId":"{{closed}}","version":1}""");
        Assert.Equal(($"{closed}", 2), ((string?)moved["stageId"], (long?)moved["version"]));
        using (var unknown = await desk.SendAsync(
            shared.Acme, HttpMethod.Put, "/stage", $$"""{"stageId":"{{Guid.CreateVersion7()}}"}"""))
            await unknown.ShouldBlameAsync("stageId");
        await line.SendTextAsync(ana, "one more thing");
        Assert.Equal($"{closed}", (string?)(await desk.WorkAsync())["stageId"]);

        await line.ReceiveAsync(ana, "thanks, and another question");

        var reopened = await desk.WorkAsync();
        Assert.Equal(($"{open}", 3), ((string?)reopened["stageId"], (long?)reopened["version"]));
    }
}
