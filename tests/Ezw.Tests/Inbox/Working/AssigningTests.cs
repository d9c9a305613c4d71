using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>Giving conversations to people who may answer them, and taking them back from those who may not any more.</summary>
public sealed class AssigningTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Only_a_member_who_may_operate_the_line_is_assigned(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        foreach (var who in new[] { shared.Operator.UserId, shared.Globex.UserId, Guid.CreateVersion7(), Guid.Empty })
        {
            using var refused = await AssignAsync(desk, shared.Acme, who);
            await refused.ShouldBlameAsync("userId");
        }
        await desk.GrantAsync(shared.Operator, "see");
        using (var refused = await AssignAsync(desk, shared.Acme, shared.Operator.UserId))
            await refused.ShouldBlameAsync("userId");
        await desk.GrantAsync(shared.Operator, "operate");

        using var assigned = await AssignAsync(desk, shared.Acme, shared.Operator.UserId);

        var work = await assigned.ShouldBeJsonAsync(200);
        Assert.Equal($"{shared.Operator.UserId}", (string?)work["assignee"]!["userId"]);
        Assert.Equal("Max Member", (string?)work["assignee"]!["displayName"]);
        Assert.Equal("\"2\"", assigned.Headers.ETag?.ToString());
        var nobody = await desk.DoAsync(shared.Operator, HttpMethod.Put, "/assignment", """{"userId":null}""");
        Assert.Null(nobody["assignee"]);
    }

    [Theory, EachDatabase]
    public async Task A_stale_assignment_is_refused_with_the_present_state(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        var me = $$"""{"userId":"{{shared.Acme.UserId}}"}""";
        await desk.DoAsync(shared.Acme, HttpMethod.Put, "/assignment", me);

        using var byHeader = await desk.SendAsync(shared.Acme, HttpMethod.Put, "/assignment", """{"userId":null}""", "\"1\"");
        using var byBody = await desk.SendAsync(shared.Acme, HttpMethod.Put, "/assignment", """{"userId":null,"version":1}""");
        foreach (var refused in new[] { byHeader, byBody })
        {
            var problem = await refused.ShouldRefuseAsync(409, "stale_version");
            Assert.Equal(2, (long?)problem["current"]!["version"]);
            Assert.Equal($"{shared.Acme.UserId}", (string?)problem["current"]!["assignee"]!["userId"]);
        }
        foreach (var ifMatch in new[] { "\"1\"", "2", "\"x\"", "W/\"2\"", "\"2\", \"3\"" })
        {
            using var refused = await desk.SendAsync(
                shared.Acme, HttpMethod.Put, "/assignment", """{"userId":null,"version":2}""", ifMatch);
            await refused.ShouldBlameAsync("version");
        }

        using var done = await desk.SendAsync(shared.Acme, HttpMethod.Put, "/assignment", """{"userId":null,"version":2}""", "\"2\"");
        Assert.Equal(3, (long?)(await done.ShouldBeJsonAsync(200))["version"]);
    }

    [Theory, EachDatabase]
    public async Task Who_may_see_reads_and_changes_nothing_and_others_see_nothing(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        (HttpMethod Method, string Path, string? Json)[] writes =
        [
            (HttpMethod.Post, "/claim", null), (HttpMethod.Delete, "/claim", null), (HttpMethod.Put, "/assignment", """{"userId":null}"""),
            (HttpMethod.Put, "/stage", $$"""{"stageId":"{{await desk.StageAsync("closed")}}"}"""),
            (HttpMethod.Put, "/snooze", $$"""{"until":"{{TimeProvider.System.GetUtcNow().AddDays(1):O}}"}"""),
            (HttpMethod.Delete, "/snooze", null),
            (HttpMethod.Put, "/read", "{}"), (HttpMethod.Put, "/unread", null),
        ];
        var before = $"{await desk.WorkAsync()}";
        foreach (var (method, path, json) in writes.Append((HttpMethod.Get, "/work", null)))
        {
            foreach (var stranger in new[] { shared.Operator, shared.Globex })
            {
                using var refused = await desk.SendAsync(stranger, method, path, json);
                await refused.ShouldRefuseAsync(404, "not_found");
            }
        }
        await desk.GrantAsync(shared.Operator, "see");
        foreach (var (method, path, json) in writes)
        {
            using var refused = await desk.SendAsync(shared.Operator, method, path, json);
            await refused.ShouldRefuseAsync(403, "forbidden");
        }

        Assert.Equal(before, $"{await desk.DoAsync(shared.Operator, HttpMethod.Get, "/work")}");
    }

    [Theory, EachDatabase]
    public async Task Unknown_members_of_a_body_are_refused(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        (string Path, string Json)[] bodies =
        [
            ("/assignment", """{"userId":null,"lineId":"x"}"""), ("/assignment", "{}"), ("/stage", """{"stageId":"x"}"""),
            ("/snooze", """{"until":"tomorrow"}"""), ("/read", """{"position":1}"""),
            ("/assignment", """{"userId":null,"organizationId":"00000000-0000-0000-0000-000000000000"}"""),
        ];
        foreach (var (path, json) in bodies)
        {
            using var refused = await desk.SendAsync(shared.Acme, HttpMethod.Put, path, json);
            await refused.ShouldRefuseAsync(400, "invalid_request");
        }
    }

    [Theory, EachDatabase]
    public async Task Who_loses_the_line_loses_its_conversations_in_the_same_moment(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var desk = await WorkDesk.OpenAsync(shared.Acme);
        var other = await WorkDesk.OpenAsync(shared.Acme);
        await other.GrantAsync(shared.Operator, "operate");
        await other.DoAsync(shared.Operator, HttpMethod.Post, "/claim");
        foreach (var (take, events) in new (Func<Task> Take, int Events)[]
        {
            (() => desk.GrantAsync(shared.Operator, "see"), 2), (() => desk.WithdrawAsync(shared.Operator), 4),
        })
        {
            await desk.GrantAsync(shared.Operator, "operate");
            await desk.DoAsync(shared.Operator, HttpMethod.Post, "/claim");

            await take();

            Assert.Null(await desk.AssigneeAsync());
            Assert.Equal(events, await desk.EventsAsync("conversation.changed", "assignment"));
        }
        Assert.Equal($"{shared.Operator.UserId}", await other.AssigneeAsync());
    }

    [Theory, EachDatabase]
    public async Task Who_leaves_the_organization_or_its_management_leaves_conversations_behind(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var admin = await app.AddMemberAsync(owner, Role.Admin);
        var desk = await WorkDesk.OpenAsync(owner);
        await desk.DoAsync(admin, HttpMethod.Post, "/claim");

        using (var demoted = await owner.PatchAsync($"/api/members/{admin.UserId}", """{"role":"operator"}"""))
            await demoted.ShouldBeJsonAsync(200);
        Assert.Null(await desk.AssigneeAsync());
        await desk.GrantAsync(admin, "operate");
        await desk.DoAsync(admin, HttpMethod.Post, "/claim");
        using (var left = await admin.DeleteAsync($"/api/members/{admin.UserId}"))
            Assert.Equal(204, (int)left.StatusCode);

        Assert.Null(await desk.AssigneeAsync());
        Assert.Equal(4, await desk.EventsAsync("conversation.changed", "assignment"));
    }

    private static Task<HttpResponseMessage> AssignAsync(WorkDesk desk, Workspace by, Guid userId) =>
        desk.SendAsync(by, HttpMethod.Put, "/assignment", $$"""{"userId":"{{userId}}"}""");
}
