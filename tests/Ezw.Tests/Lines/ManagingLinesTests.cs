using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Lines;

/// <summary>The line itself: made, listed, renamed, paused, stopped, archived.</summary>
public sealed class ManagingLinesTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_new_line_waits_for_its_phone(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;

        using var created = await acme.PostAsync("/api/lines", """{"displayName":"  Billing "}""");

        var line = await created.ShouldBeJsonAsync(201);
        Assert.Equal($"/api/lines/{line["id"]}", created.Headers.Location?.OriginalString);
        Assert.Equal(
            ("Billing", "simulator", "created", "qr_required", "manage", 1),
            ((string?)line["displayName"], (string?)line["provider"], (string?)line["lifecycleState"], (string?)line["effectiveSendState"],
                (string?)line["permission"], (int?)line["version"]));
    }

    [Theory]
    [InlineData("""{"displayName":""}""", "displayName")]
    [InlineData("""{"displayName":" "}""", "displayName")]
    [InlineData("{}", "displayName")]
    [InlineData("""{"displayName":"a\u0000b"}""", "displayName")]
    [InlineData("""{"displayName":"a\nb"}""", "displayName")]
    [InlineData("""{"displayName":"x","provider":"carrier-pigeon"}""", "provider")]
    [InlineData("""{"displayName":"x","organizationId":"0198e4a6-0000-7000-8000-000000000001"}""", "$.organizationId")]
    [InlineData("""{"displayName":"x","lifecycleState":"connected"}""", "$.lifecycleState")]
    public async Task A_wrong_new_line_is_refused_by_member(string json, string member)
    {
        using var refused = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.PostAsync("/api/lines", json);

        await refused.ShouldBlameAsync(member);
    }

    [Theory]
    [InlineData(100, 201)]
    [InlineData(101, 400)]
    public async Task A_name_has_up_to_a_hundred_characters(int length, int status)
    {
        var acme = (await apps.OnAsync(DatabaseKind.Sqlite)).Acme;

        using var answer = await acme.PostAsync("/api/lines", new JsonObject { ["displayName"] = new string('x', length) }.ToJsonString());

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory, EachDatabase]
    public async Task A_list_is_read_page_by_page_and_holds_every_line_once(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        var made = new List<string>();
        for (var number = 0; number < 5; number++)
            made.Add($"{(await acme.CreateLineAsync()).Id}");

        var read = new List<string>();
        string? cursor = null;
        do
        {
            using var answer = await acme.GetAsync($"/api/lines?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            var page = await answer.ShouldBeJsonAsync(200);
            read.AddRange(page["items"]!.AsArray().Select(line => $"{line!["id"]}"));
            cursor = (string?)page["nextCursor"];
        }
        while (cursor is not null);

        Assert.Equal(made, read);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=101", "limit")]
    [InlineData("cursor=x", "cursor")]
    [InlineData("cursor=%2B%2F%3D%21", "cursor")]
    [InlineData("cursor=", "cursor")]
    [InlineData("cursor=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "cursor")]
    public async Task A_wrong_page_is_refused(string query, string member)
    {
        using var refused = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.GetAsync($"/api/lines?{query}");

        await refused.ShouldBlameAsync(member);
    }

    [Fact]
    public async Task A_cursor_of_another_organization_is_refused()
    {
        var shared = await apps.OnAsync(DatabaseKind.Sqlite);
        await shared.Acme.CreateLineAsync();
        await shared.Acme.CreateLineAsync();
        using var page = await shared.Acme.GetAsync("/api/lines?limit=1");
        var cursor = (string?)(await page.ShouldBeJsonAsync(200))["nextCursor"];

        using var refused = await shared.Globex.GetAsync($"/api/lines?cursor={cursor}");

        await refused.ShouldBlameAsync("cursor");
    }

    [Theory, EachDatabase]
    public async Task A_rename_from_a_stale_version_returns_the_present_line(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var version = (long)(await line.ViewAsync())["version"]!;
        using (var renamed = await line.Workspace.PatchAsync(line.Path, $$"""{"displayName":"First","version":{{version}}}"""))
            Assert.Equal("First", (string?)(await renamed.ShouldBeJsonAsync(200))["displayName"]);

        using var stale = await line.Workspace.PatchAsync(line.Path, $$"""{"displayName":"Second","version":{{version}}}""");

        var problem = await stale.ShouldRefuseAsync(409, "stale_version");
        Assert.Equal(("First", version + 1), ((string?)problem["current"]!["displayName"], (long)problem["current"]!["version"]!));
        using var unversioned = await line.Workspace.PatchAsync(line.Path, """{"displayName":"Third"}""");
        Assert.Equal("Third", (string?)(await unversioned.ShouldBeJsonAsync(200))["displayName"]);
    }

    [Theory, EachDatabase]
    public async Task A_paused_line_refuses_sends_until_it_is_resumed(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        using (var paused = await line.Workspace.PutAsync($"{line.Path}/pause"))
            Assert.Equal(204, (int)paused.StatusCode);

        using (var refused = await line.PostTextAsync("""{"to":"+972501234567","body":"x"}"""))
            Assert.Equal("paused", (string?)(await refused.ShouldRefuseAsync(409, "line_not_sendable"))["effectiveSendState"]);

        using (var resumed = await line.Workspace.DeleteAsync($"{line.Path}/pause"))
            Assert.Equal(204, (int)resumed.StatusCode);
        await line.SendTextAsync("+972501234567", "x");
    }

    [Theory, EachDatabase]
    public async Task A_stopped_line_keeps_its_phone_and_starts_again(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.PairLineAsync();
        using (var stopped = await line.Workspace.DeleteAsync($"{line.Path}/session"))
            Assert.Equal(204, (int)stopped.StatusCode);
        await line.WaitForLifecycleAsync("stopped");

        using (var started = await line.Workspace.PostAsync($"{line.Path}/session"))
            Assert.Equal(204, (int)started.StatusCode);

        Assert.Equal(line.Phone, (string?)(await line.WaitForLifecycleAsync("connected"))["phoneNumber"]);
    }

    [Fact]
    public async Task A_line_without_a_phone_cannot_be_started_or_logged_out()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();

        using var started = await line.Workspace.PostAsync($"{line.Path}/session");
        using var loggedOut = await line.Workspace.DeleteAsync($"{line.Path}/link");

        await started.ShouldRefuseAsync(409, "line_not_paired");
        await loggedOut.ShouldRefuseAsync(409, "line_not_paired");
    }

    [Theory, EachDatabase]
    public async Task States_that_whatsapp_causes_are_shown_as_they_are(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        var whatsApp = acme.App.WhatsApp;
        var restricted = await acme.PairLineAsync();
        var conflict = await acme.PairLineAsync();
        var outdated = await acme.PairLineAsync();

        whatsApp.SetFaults(new() { Restricted = true }, restricted.Phone);
        whatsApp.TakeOver(conflict.Phone);
        whatsApp.SetFaults(new() { EngineOutdated = true }, outdated.Phone);

        Assert.Equal("restricted", (string?)(await restricted.WaitForLifecycleAsync("restricted"))["effectiveSendState"]);
        Assert.Equal("unavailable", (string?)(await conflict.WaitForLifecycleAsync("conflict"))["effectiveSendState"]);
        Assert.Equal("unavailable", (string?)(await outdated.WaitForLifecycleAsync("engine_outdated"))["effectiveSendState"]);
        whatsApp.SetFaults(new(), restricted.Phone);
        await restricted.WaitForLifecycleAsync("connected");
    }

    [Theory, EachDatabase]
    public async Task An_archived_line_leaves_the_list_and_never_changes_again(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        var line = await acme.PairLineAsync();

        using (var archived = await acme.DeleteAsync(line.Path))
            Assert.Equal(204, (int)archived.StatusCode);

        Assert.Equal("archived", (string?)(await line.ViewAsync())["effectiveSendState"]);
        using (var list = await acme.GetAsync("/api/lines?limit=100"))
            Assert.DoesNotContain($"{line.Id}", await list.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                StringComparison.Ordinal);
        await Eventually.BecomesAsync(
            () => acme.App.CountAsync($"select count(*) from line where id = {line.Id} and device_id is null"), count => count == 1,
            "the log-out");
        Func<Task<HttpResponseMessage>>[] changes =
        [
            () => acme.DeleteAsync(line.Path), () => acme.PatchAsync(line.Path, """{"displayName":"x"}"""),
            () => acme.PutAsync($"{line.Path}/pause"),
            () => acme.DeleteAsync($"{line.Path}/pause"), () => acme.DeleteAsync($"{line.Path}/session"),
            () => acme.PostAsync($"{line.Path}/api-token"),
            () => acme.PostAsync($"{line.Path}/pairing", """{"method":"qr"}"""),
        ];
        foreach (var change in changes)
        {
            using var refused = await change();
            await refused.ShouldRefuseAsync(409, "line_archived");
        }
    }
}
