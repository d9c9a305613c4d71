using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Configuring;

/// <summary>Changing, turning off and on, and deleting.</summary>
public sealed class ChangingWebhooksTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_change_touches_what_it_names_and_is_told(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            var changed = await door.PatchAsync($"/{id}", """{"events":["statuses.post"],"version":1}""");
            Assert.Equal(("""["statuses.post"]""", "whapi", true, true, 2), (changed["events"]!.ToJsonString(),
                (string?)changed["payloadFormat"], (bool)changed["enabled"]!, (bool)changed["persistent"]!, (long)changed["version"]!));
            changed = await door.PatchAsync(
                $"/{id}", """{"payloadFormat":"whapi_cloud","persistent":false,"headers":{"X-Key":"1"}}""");
            Assert.Equal(("""["statuses.post"]""", "whapi_cloud", false, """["X-Key"]""", 3), (changed["events"]!.ToJsonString(),
                (string?)changed["payloadFormat"], (bool)changed["persistent"]!, changed["headerNames"]!.ToJsonString(),
                (long)changed["version"]!));
            Assert.Equal(changed.ToJsonString(), (await door.GetAsync($"/{id}")).ToJsonString());

            Assert.Equal(3, await door.Line.Workspace.App.CountAsync($"""
                select count(*) from event where organization_id = {door.Line.Workspace.OrganizationId} and kind = 'webhook.changed'
                  and line_id = {door.Line.Id} and subject_id = {id}
                """));
        }
    }

    [Theory, EachDatabase]
    public async Task A_change_of_what_has_changed_meanwhile_is_refused(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            await door.PatchAsync($"/{id}", """{"persistent":false}""");
            using (var stale = await door.SendAsync(HttpMethod.Patch, $"/{id}", """{"enabled":false,"version":1}"""))
            {
                var current = (await stale.ShouldRefuseAsync(409, "stale_version"))["current"]!;
                Assert.Equal(($"{id}", 2, false, true), ((string?)current["id"], (long)current["version"]!, (bool)current["persistent"]!,
                    (bool)current["enabled"]!));
            }
            using (var blamed = await door.SendAsync(HttpMethod.Patch, $"/{id}", """{"events":[]}"""))
                await blamed.ShouldBlameAsync("events");
            await door.RefuseAsync(HttpMethod.Patch, $"/{Guid.CreateVersion7()}", """{"enabled":false}""", 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task A_URL_is_never_changed_by_people(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            const string json = """{"targetUrl":"https://elsewhere.example.com/"}""";
            if (door.OfMachines)
                Assert.Equal("https://example.com/", (string?)(await door.PatchAsync($"/{id}", json))["targetUrl"]);
            else
                await door.RefuseAsync(HttpMethod.Patch, $"/{id}", json, 400, "invalid_request");
        }
    }

    /// <summary>WH-12: while it is off nothing is told; what waits stays, and goes on with the next enabling.</summary>
    [Theory, EachDatabase]
    public async Task Off_and_on_again_begins_anew_with_what_waits(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            var app = door.Line.Workspace.App;
            var from = await FromAsync(app, id);
            await app.AlterAsync($"""
                update webhook_health set failing_since = 1, warnings = 2, failures = 9, open_until = 4000000000000, openings = 3,
                    last_error = 'It answered 500.', queued = 1
                where webhook_id = {id}
                """);

            var off = await door.PatchAsync($"/{id}", """{"enabled":false}""");
            Assert.Equal((false, null, "disabled", 1), ((bool)off["enabled"]!, (string?)off["disabledReason"],
                (string?)off["health"]!["state"], (long)off["health"]!["waiting"]!));
            Assert.NotNull(off["disabledAt"]);
            Assert.Equal(from, await FromAsync(app, id));

            var on = await door.PatchAsync($"/{id}", """{"enabled":true}""");
            var health = on["health"]!;
            Assert.Equal((true, null, "healthy", 0, 1, "It answered 500."), ((bool)on["enabled"]!, on["disabledAt"],
                (string?)health["state"], (long)health["failures"]!, (long)health["waiting"]!, (string?)health["lastError"]));
            Assert.Equal(1, await app.CountAsync($"""
                select count(*) from webhook_health where webhook_id = {id} and failing_since is null and warnings = 0 and failures = 0
                  and open_until is null and openings = 0
                """));
            var later = await FromAsync(app, id);
            Assert.True(later > from, $"{later} is not after {from}.");

            await door.PatchAsync($"/{id}", """{"enabled":true}""");
            Assert.Equal(later, await FromAsync(app, id));
        }
    }

    [Theory, EachDatabase]
    public async Task What_the_server_turned_off_says_why_until_somebody_turns_it_on(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            await door.Line.Workspace.App.AlterAsync(
                $"update webhook set enabled = 0, disabled_reason = 'gone', disabled_at = 1000 where id = {id}");

            foreach (var webhook in new[]
                { await door.GetAsync($"/{id}"), await door.PatchAsync($"/{id}", """{"enabled":false,"persistent":false}""") })
                Assert.Equal(("gone", DateTimeOffset.UnixEpoch.AddSeconds(1)),
                    ((string?)webhook["disabledReason"], webhook["disabledAt"]!.GetValue<DateTimeOffset>()));
            var on = await door.PutAsync("""{"targetUrl":"https://example.com/","enabled":true}""");
            Assert.Equal((true, null, null), ((bool)on["enabled"]!, on["disabledReason"], on["disabledAt"]));
        }
    }

    [Theory, EachDatabase]
    public async Task Health_is_told_by_its_worst(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            var app = door.Line.Workspace.App;
            var now = TimeProvider.System.NowMs();
            Task<JsonNode> FareAsync(long? failingSince, long warnings, long? openUntil, long failures) => AfterAsync(
                door, id, $"""
                update webhook_health set failing_since = {failingSince}, warnings = {warnings}, open_until = {openUntil},
                    failures = {failures}, queued = 10, accepted = 6, given_up = 3
                where webhook_id = {id}
                """);

            var healthy = await FareAsync(null, 0, now - 1, 0);
            var failing = await FareAsync(now - 1_000, 0, null, 3);
            var warned = await FareAsync(1_000, 1, null, 30);
            var paused = await FareAsync(1_000, 2, now + 600_000, 31);

            Assert.Equal(["healthy", "failing", "failing", "paused"],
                new[] { healthy, failing, warned, paused }.Select(health => (string?)health["state"]));
            Assert.Equal([null, null, "1970-01-06T00:00:01+00:00", "1970-01-06T00:00:01+00:00"],
                new[] { healthy, failing, warned, paused }.Select(health => (string?)health["disablesAt"]));
            Assert.All([healthy, failing, warned], health => Assert.Null(health["pausedUntil"]));
            Assert.Equal(now + 600_000, paused["pausedUntil"]!.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds());
            Assert.Equal((1, 6, 3, 31), ((long)paused["waiting"]!, (long)paused["accepted"]!, (long)paused["givenUp"]!,
                (long)paused["failures"]!));
            var off = await AfterAsync(door, id, $"update webhook set enabled = 0, disabled_reason = 'failing' where id = {id}");
            Assert.Equal(("disabled", null), ((string?)off["state"], off["disablesAt"]));
        }
    }

    [Theory, EachDatabase]
    public async Task What_is_deleted_is_gone_at_once_and_its_URL_is_free(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            await door.DeleteAsync($"/{id}");

            Assert.Empty(await door.ListAsync());
            foreach (var (method, rest, json) in new[]
                {
                    (HttpMethod.Get, "", null), (HttpMethod.Patch, "", "{}"), (HttpMethod.Delete, "", null),
                    (HttpMethod.Post, "/test", null), (HttpMethod.Post, "/secret", "{}"), (HttpMethod.Get, "/deliveries", null),
                    (HttpMethod.Get, $"/deliveries/{Guid.CreateVersion7()}", null),
                    (HttpMethod.Post, "/redeliveries", """{"since":"2026-01-01T00:00:00Z"}"""),
                })
                await door.RefuseAsync(method, $"/{id}{rest}", json, 404, "not_found");
            var again = await door.PutAsync("""{"targetUrl":"https://example.com/"}""");
            Assert.NotEqual($"{id}", (string?)again["id"]);
            Assert.NotNull(again["secret"]);
        }
    }

    /// <summary>WH-13: another URL is another webhook; what the former one was told goes to where it was told.</summary>
    [Theory, EachDatabase]
    public async Task Another_URL_is_another_webhook(DatabaseKind kind)
    {
        foreach (var (door, id) in await MakeAsync(kind))
        {
            var other = await door.PutAsync("""{"targetUrl":"https://example.com/other"}""");

            Assert.Equal([("https://example.com/", $"{id}"), ("https://example.com/other", (string?)other["id"])],
                (await door.ListAsync()).Select(webhook => ((string?)webhook["targetUrl"], (string?)webhook["id"])));
        }
    }

    private static async Task<JsonNode> AfterAsync(WebhookDoor door, Guid id, Sql change)
    {
        await door.Line.Workspace.App.AlterAsync(change);
        return (await door.GetAsync($"/{id}"))["health"]!;
    }

    private static Task<long> FromAsync(TestApp app, Guid id) => app.CountAsync($"select from_position from webhook where id = {id}");

    /// <summary>A webhook of a line of its own for each family.</summary>
    private async Task<List<(WebhookDoor Door, Guid Id)>> MakeAsync(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        var made = new List<(WebhookDoor, Guid)>();
        foreach (var machine in new[] { true, false })
        {
            var door = new WebhookDoor(await acme.CreateLineAsync(), machine);
            made.Add((door, (await door.PutAsync("""{"targetUrl":"https://example.com/"}"""))["id"]!.GetValue<Guid>()));
        }
        return made;
    }
}
