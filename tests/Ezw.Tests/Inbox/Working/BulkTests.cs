using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Inbox.Working;

/// <summary>One wish for many conversations: each is done once, under the asker's permission of that moment, and told of.</summary>
public sealed class BulkTests
{
    private const int Many = 1_450;

    [Theory, EachDatabase]
    public async Task Named_conversations_are_done_and_each_result_is_told(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var (mine, already) = (await WorkDesk.OpenAsync(team.Owner), await WorkDesk.OpenAsync(team.Owner));
        var (seen, hidden) = (await WorkDesk.OpenAsync(team.Owner), await WorkDesk.OpenAsync(team.Owner));
        await mine.GrantAsync(team.Agent, "operate");
        await already.GrantAsync(team.Agent, "operate");
        await seen.GrantAsync(team.Agent, "see");
        await already.DoAsync(team.Agent, HttpMethod.Post, "/claim");
        var unknown = Guid.CreateVersion7();

        using var asked = await team.Agent.PostAsync("/api/bulk", $$$"""
            {"action":{"type":"assign","userId":"{{{team.Agent.UserId}}}"},
             "target":{"conversationIds":["{{{mine.Id}}}","{{{already.Id}}}","{{{seen.Id}}}",
               "{{{hidden.Id}}}","{{{unknown}}}","{{{mine.Id}}}"]}}
            """);
        var job = await asked.ShouldBeJsonAsync(202);
        Assert.Equal(5, (long?)job["total"]);
        var ended = await team.JobAsync(job["id"]!.GetValue<Guid>());

        Assert.Equal(("done", 5, 1, 3, 1), ((string?)ended["state"], (long?)ended["total"], (long?)ended["done"], (long?)ended["failed"],
            (long?)ended["skipped"]));
        var items = (await WorkTeam.ListAsync(team.Agent, $"/api/bulk/{job["id"]}/items"))
            .ToDictionary(item => item["conversationId"]!.GetValue<Guid>(), item => ((string?)item["state"], (string?)item["code"]));
        Assert.Equal(("done", null), items[mine.Id]);
        Assert.Equal(("skipped", "unchanged"), items[already.Id]);
        Assert.Equal(("failed", "forbidden"), items[seen.Id]);
        Assert.Equal(("failed", "not_found"), items[hidden.Id]);
        Assert.Equal(("failed", "not_found"), items[unknown]);
        Assert.Equal(3, (await WorkTeam.ListAsync(team.Agent, $"/api/bulk/{job["id"]}/items?state=failed")).Count);
        Assert.Equal($"{team.Agent.UserId}", await mine.AssigneeAsync());
        Assert.Null(await hidden.AssigneeAsync());
        Assert.Equal(1, await mine.EventsAsync("conversation.changed", "assignment"));
    }

    [Theory, EachDatabase]
    public async Task All_that_match_are_done_in_chunks_and_nothing_else(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        var other = await WorkDesk.OpenAsync(team.Owner);
        await team.FillAsync(desk.Line, Many);
        var label = (await WorkTeam.MakeAsync(team.Owner, "/api/labels", """{"name":"spring","color":"#00ff00"}"""))["id"];
        await desk.DoAsync(team.Owner, HttpMethod.Post, "/claim");

        await BulkAsync(
            team, $$"""{"type":"addLabels","labelIds":["{{label}}"]}""", $$"""{"lineId":"{{desk.Line.Id}}","assignee":"none"}""", Many);
        var close = $$"""{"type":"stage","stageId":"{{await desk.StageAsync("closed")}}"}""";
        await BulkAsync(team, close, $$"""{"label":"{{label}}"}""", Many);
        var snooze = $$"""{"type":"snooze","until":"{{TimeProvider.System.GetUtcNow().AddDays(2):O}}"}""";
        await BulkAsync(team, snooze, $$"""{"stage":"{{await desk.StageAsync("closed")}}","unread":false,"waiting":false}""", Many);
        await BulkAsync(team, """{"type":"unassign"}""", """{"assignee":"me"}""", 1);

        Assert.Equal(Many, await team.App.CountAsync(
            $"select count(*) from conversation where line_id = {desk.Line.Id} and snoozed_until is not null and version = 4"));
        Assert.Equal(Many, await team.App.CountAsync($"select count(*) from conversation_label"));
        Assert.Equal(Many, await team.App.CountAsync(
            $"select count(*) from event where kind = 'conversation.changed' and detail = 'labels' and line_id = {desk.Line.Id}"));
        Assert.Equal(1, (long?)(await other.WorkAsync())["version"]);
        Assert.Equal(Many, await team.App.CountAsync($"""
            select cast(sum(conversations) as bigint) from conversation_count
            where line_id = {desk.Line.Id} and stage_id = {await desk.StageAsync("closed")} and snoozed = 1
            """));
    }

    [Theory, EachDatabase]
    public async Task What_the_asker_may_not_do_any_more_is_not_done_and_what_they_never_saw_is_not_told(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var (desk, hidden) = (await WorkDesk.OpenAsync(team.Owner), await WorkDesk.OpenAsync(team.Owner));
        await desk.GrantAsync(team.Agent, "operate");
        // Held by a node that is gone, so that something can happen between the asking and the doing.
        var job = await HeldJobAsync(team, team.Agent.UserId, """{"type":"assign","userId":"00000000-0000-0000-0000-000000000000"}"""
            .Replace($"{Guid.Empty}", $"{team.Agent.UserId}", StringComparison.Ordinal), [desk.Id, hidden.Id]);
        await desk.GrantAsync(team.Agent, "see");
        await FreeAsync(team, job);

        await team.JobAsync(job);
        Assert.Equal(2, (await WorkTeam.ListAsync(team.Agent, $"/api/bulk/{job}/items?state=failed")).Count);
        Assert.Null(await desk.AssigneeAsync());
        using var all = await team.Agent.PostAsync("/api/bulk", """{"action":{"type":"unread"},"target":{"filter":{}}}""");
        var matching = await team.JobAsync((await all.ShouldBeJsonAsync(202))["id"]!.GetValue<Guid>());
        Assert.Equal((1, 1), ((long?)matching["total"], (long?)matching["failed"]));
    }

    [Theory, EachDatabase]
    public async Task Another_node_goes_on_where_the_last_one_died_and_does_nothing_twice(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var (done, left) = (await WorkDesk.OpenAsync(team.Owner), await WorkDesk.OpenAsync(team.Owner));
        var job = await HeldJobAsync(team, team.Owner.UserId, """{"type":"unassign"}""", [done.Id, left.Id]);
        await team.App.AlterAsync($"update bulk_item set state = 'done' where job_id = {job} and conversation_id = {done.Id}");
        await team.App.AlterAsync($"update bulk_job set done = 1 where id = {job}");
        foreach (var desk in new[] { done, left })
            await desk.DoAsync(team.Owner, HttpMethod.Post, "/claim");
        using (var waiting = await team.Owner.GetAsync($"/api/bulk/{job}"))
        {
            var now = await waiting.ShouldBeJsonAsync(200);
            Assert.Equal(("working", 1), ((string?)now["state"], (long?)now["done"]));
        }

        await FreeAsync(team, job);

        var ended = await team.JobAsync(job);
        Assert.Equal(("done", 2, 2), ((string?)ended["state"], (long?)ended["done"], (long?)ended["total"]));
        Assert.NotNull(await done.AssigneeAsync());
        Assert.Null(await left.AssigneeAsync());
    }

    [Theory, EachDatabase]
    public async Task A_job_that_always_fails_is_given_up_and_holds_nobody_up(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        await desk.DoAsync(team.Owner, HttpMethod.Post, "/claim");
        var broken = await HeldJobAsync(team, team.Owner.UserId, """{"type":"no such thing"}""", [desk.Id]);
        await FreeAsync(team, broken);

        await BulkAsync(team, """{"type":"unassign"}""", """{"assignee":"me"}""", 1);

        var ended = await team.JobAsync(broken);
        Assert.Equal(("done", 0, 1), ((string?)ended["state"], (long?)ended["done"], (long?)ended["failed"]));
        var item = Assert.Single(await WorkTeam.ListAsync(team.Owner, $"/api/bulk/{broken}/items"));
        Assert.Equal("internal_error", (string?)item["code"]);
    }

    [Theory, EachDatabase]
    public async Task A_job_is_kept_for_a_week(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(kind, clock);
        var owner = await app.CreateOrganizationAsync("Acme");
        var desk = await WorkDesk.OpenAsync(owner);
        await WorkTeam.MakeAsync(
            owner, "/api/bulk", $$$"""{"action":{"type":"unread"},"target":{"conversationIds":["{{{desk.Id}}}"]}}""", 202);
        await Eventually.BecomesAsync(
            () => app.CountAsync($"select count(*) from bulk_job where state = 'done'"), done => done == 1, "the end of the job");

        clock.Advance(TimeSpan.FromDays(6));
        clock.Advance(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));

        await Eventually.BecomesAsync(() => app.CountAsync($"select count(*) from bulk_job"), left => left == 0, "the job to be gone");
        Assert.Equal(0, await app.CountAsync($"select count(*) from bulk_item"));
    }

    [Theory, EachDatabase]
    public async Task A_canceled_job_does_no_more_and_only_who_asked_or_manages_sees_it(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        var job = await HeldJobAsync(team, team.Owner.UserId, """{"type":"unassign"}""", [desk.Id]);
        foreach (var path in new[] { $"/api/bulk/{job}", $"/api/bulk/{job}/items" })
        {
            using var refused = await team.Agent.GetAsync(path);
            await refused.ShouldRefuseAsync(404, "not_found");
        }
        using (var refused = await team.Agent.DeleteAsync($"/api/bulk/{job}"))
            await refused.ShouldRefuseAsync(404, "not_found");
        for (var times = 0; times < 2; times++)
        {
            using var canceled = await team.Owner.DeleteAsync($"/api/bulk/{job}");
            Assert.Equal(204, (int)canceled.StatusCode);
        }

        Assert.Equal("canceled", (string?)(await team.JobAsync(job))["state"]);
        Assert.Single(await WorkTeam.ListAsync(team.Owner, $"/api/bulk/{job}/items?state=pending"));
        Assert.Equal(1, await team.App.CountAsync($"select count(*) from event where kind = 'bulk.changed' and subject_id = {job}"));
    }

    [Theory, EachDatabase]
    public async Task A_wish_that_cannot_be_read_is_refused(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        foreach (var (action, target, member) in new[]
        {
            ("""{"type":"delete"}""", """{"filter":{}}""", "action"), ("""{"type":"assign"}""", """{"filter":{}}""", "action"),
            ("""{"type":"read","stageId":"018f0000-0000-7000-8000-000000000000"}""", """{"filter":{}}""", "action"),
            ("""{"type":"snooze","until":"2020-01-01T00:00:00Z"}""", """{"filter":{}}""", "action"),
            ("""{"type":"addLabels","labelIds":[]}""", """{"filter":{}}""", "action"), ("null", """{"filter":{}}""", "action"),
            ("""{"type":"retireStage","stageId":"018f0000-0000-7000-8000-000000000000","moveTo":"018f0000-0000-7000-8000-000000000000"}""",
                """{"filter":{}}""", "action"),
            ("""{"type":"read"}""", "{}", "target"), ("""{"type":"read"}""", """{"filter":{},"conversationIds":[]}""", "target"),
            ("""{"type":"read"}""", """{"conversationIds":[]}""", "target.conversationIds"), ("""{"type":"read"}""", "null", "target"),
            ("""{"type":"read"}""", $$"""{"conversationIds":[{{Ids(1_001)}}]}""", "target.conversationIds"),
            ("""{"type":"read"}""", """{"filter":{"assignee":"x"}}""", "target.filter.assignee"),
            ("""{"type":"read"}""", """{"filter":{"q":"x"}}""", "target.filter.q"),
        })
        {
            using var refused = await team.Owner.PostAsync("/api/bulk", $$"""{"action":{{action}},"target":{{target}}}""");
            await refused.ShouldBlameAsync(member);
        }

        static string Ids(int count) => string.Join(',', Enumerable.Range(0, count).Select(_ => $"\"{Guid.CreateVersion7()}\""));
    }

    private static async Task BulkAsync(WorkTeam team, string action, string filter, long expected)
    {
        using var asked = await team.Owner.PostAsync("/api/bulk", $$$"""{"action":{{{action}}},"target":{"filter":{{{filter}}}}}""");
        var job = await asked.ShouldBeJsonAsync(202);
        Assert.Null(job["total"]);
        var ended = await team.JobAsync(job["id"]!.GetValue<Guid>());
        Assert.Equal((expected, expected, 0, 0),
            ((long?)ended["total"], (long?)ended["done"], (long?)ended["failed"], (long?)ended["skipped"]));
    }

    /// <summary>A job as a node leaves it that was killed between two steps, while its lease lasts.</summary>
    private static async Task<Guid> HeldJobAsync(WorkTeam team, Guid userId, string action, Guid[] conversations)
    {
        var job = Guid.CreateVersion7();
        await team.App.AlterAsync($"""
            insert into bulk_job (organization_id, id, user_id, action, state, total, node_id, lease_until, created_at)
            values ({team.Owner.OrganizationId}, {job}, {userId}, {action}, 'working', {(long)conversations.Length},
                {Guid.CreateVersion7()}, {long.MaxValue}, 0)
            """);
        foreach (var conversation in conversations)
            await team.App.AlterAsync($"""
                insert into bulk_item (organization_id, job_id, conversation_id, state)
                values ({team.Owner.OrganizationId}, {job}, {conversation}, 'pending')
                """);
        return job;
    }

    private static Task FreeAsync(WorkTeam team, Guid job) =>
        team.App.AlterAsync($"update bulk_job set lease_until = 0 where organization_id = {team.Owner.OrganizationId} and id = {job}");
}
