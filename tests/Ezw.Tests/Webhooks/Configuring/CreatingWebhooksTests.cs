using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Foundation.Outbound;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Configuring;

/// <summary>One webhook for a line and URL, made or changed by POST.</summary>
public sealed class CreatingWebhooksTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task The_bodies_of_the_quickstart_work_verbatim(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var (machine, person) = (new WebhookDoor(line, true), new WebhookDoor(line, false));

        using var answer = await machine.SendAsync(HttpMethod.Post, "", """
            {
            "targetUrl": "https://agency.example.com/ezw/webhook",
            "events": ["messages.post", "statuses.post", "chats.post"],
            "payloadFormat": "whapi",
            "enabled": true,
            "persistent": true
            }
            """);
        var made = await answer.ShouldBeJsonAsync(201);
        var changed = await person.PutAsync("""
            {
            "targetUrl": "https://agency.example.com/ezw/webhook",
            "events": ["messages.post", "statuses.post"],
            "enabled": true
            }
            """);

        Assert.Equal($"/api/v1/webhooks/{made["id"]}", answer.Headers.Location?.OriginalString);
        Assert.Equal(
            ["id", "lineId", "targetUrl", "events", "payloadFormat", "enabled", "persistent", "headerNames", "disabledReason", "disabledAt",
                "health", "version", "createdAt", "updatedAt", "secret"],
            made.AsObject().Select(member => member.Key).OrderBy(name => name == "secret"));
        Assert.Equal(($"{line.Id}", "https://agency.example.com/ezw/webhook", "whapi", true, true, 1), ((string?)made["lineId"],
            (string?)made["targetUrl"], (string?)made["payloadFormat"], (bool)made["enabled"]!, (bool)made["persistent"]!,
            (long)made["version"]!));
        Assert.Equal(["chats.post", "messages.post", "statuses.post"], Texts(made["events"]));
        Assert.Equal(("healthy", 0), ((string?)made["health"]!["state"], (long)made["health"]!["waiting"]!));
        Assert.Equal((Id(made), 2), (Id(changed), (long)changed["version"]!));
        Assert.Equal(["messages.post", "statuses.post"], Texts(changed["events"]));
        Assert.Equal(Id(made), Id(Assert.Single(await machine.ListAsync())));
        Assert.Equal(Id(made), Id(Assert.Single(await person.ListAsync())));
    }

    [Theory, EachDatabase]
    public async Task What_is_left_out_gets_its_default_and_later_stays(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        foreach (var door in WebhookDoor.Both(await acme.CreateLineAsync()))
        {
            var url = $"https://example.com/{(door.OfMachines ? "machine" : "person")}";
            using var answer = await door.SendAsync(HttpMethod.Post, "", $$"""{"url":"{{url}}"}""");
            var made = await answer.ShouldBeJsonAsync(201);
            Assert.Equal($"{door.Path}/{Id(made)}", answer.Headers.Location?.OriginalString);
            Assert.Equal(["chats.post", "messages.post", "statuses.post"], Texts(made["events"]));
            Assert.Equal((url, "whapi", true, true), Shown(made));

            await door.PutAsync($$$"""
                {"targetUrl":"{{{url}}}","url":"{{{url}}}","events":["chats.post","chats.post"],"payloadFormat":"whapi_cloud",
                 "enabled":false,"persistent":false,"headers":{"Authorization":"Basic eA==","X-Key":"1"}}
                """);
            var kept = await door.PutAsync($$"""{"targetUrl":"{{url}}"}""");

            Assert.Equal((url, "whapi_cloud", false, false), Shown(kept));
            Assert.Equal(["chats.post"], Texts(kept["events"]));
            Assert.Equal(["Authorization", "X-Key"], Texts(kept["headerNames"]));
            var bare = await door.PutAsync($$$"""{"targetUrl":"{{{url}}}","headers":{}}""");
            Assert.Empty(Texts(bare["headerNames"]));
        }

        static (string?, string?, bool, bool) Shown(JsonNode webhook) => ((string?)webhook["targetUrl"], (string?)webhook["payloadFormat"],
            (bool)webhook["enabled"]!, (bool)webhook["persistent"]!);
    }

    [Theory, EachDatabase]
    public async Task Machines_may_send_more_than_we_know_and_people_may_not(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var (machine, person) = (new WebhookDoor(line, true), new WebhookDoor(line, false));
        var made = await machine.PutAsync("""{"targetUrl":"https://example.com/","mode":"body","secret":"mine","id":7}""");
        Assert.StartsWith("whsec_", (string?)made["secret"], StringComparison.Ordinal);
        var writes = new (HttpMethod, string, string, int)[]
        {
            (HttpMethod.Post, "", """{"targetUrl":"https://example.com/","more":1}""", 201),
            (HttpMethod.Patch, $"/{Id(made)}", """{"persistent":false,"more":1}""", 200),
            (HttpMethod.Post, $"/{Id(made)}/secret", """{"overlapHours":1,"more":1}""", 201),
            (HttpMethod.Post, $"/{Id(made)}/redeliveries", """{"since":"2026-01-01T00:00:00Z","more":1}""", 202),
        };
        foreach (var (method, rest, json, status) in writes)
        {
            await machine.AskAsync(method, rest, json, status);
            await person.RefuseAsync(method, rest, json, 400, "invalid_request");
        }
    }

    [Theory, EachDatabase]
    public async Task What_cannot_work_is_refused_and_names_its_member(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        foreach (var door in WebhookDoor.Both(line))
        {
            foreach (var (json, member) in new[]
                {
                    (""" "events":[] """, "events"), (""" "events":["messages"] """, "events"), (""" "events":[null] """, "events"),
                    (""" "events":["messages.put"] """, "events"), (""" "events":["webhook.test"] """, "events"),
                    (""" "payloadFormat":"xml" """, "payloadFormat"), (""" "payloadFormat":"" """, "payloadFormat"),
                    (""" "url":"https://example.com/other" """, "url"),
                })
            {
                using var refused = await door.SendAsync(HttpMethod.Post, "", $$"""{"targetUrl":"https://example.com/",{{json}}}""");
                await refused.ShouldBlameAsync(member);
            }
            foreach (var json in new[]
                { """{"targetUrl":"https://example.com/","enabled":"yes"}""", """{"targetUrl":7}""", "[]", "null", "{" })
                await door.RefuseAsync(HttpMethod.Post, "", json, 400, "invalid_request");
            Assert.Empty(await door.ListAsync());
        }
    }

    /// <summary>WH-21: what would be another header on the wire, or one that is ours or the connection's to set.</summary>
    [Theory, EachDatabase]
    public async Task A_header_that_must_not_be_sent_is_refused_when_it_is_saved(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        JsonObject[] refusable =
        [
            new() { ["X-Custom"] = "a\r\nX-Injected: 1" }, new() { ["X-Custom"] = "a\nb" }, new() { ["X-Custom"] = "a\rb" },
            new() { ["X-Custom"] = "a\0b" }, new() { ["X-Custom"] = "é" }, new() { ["X-Custom"] = "" }, new() { ["X-Custom"] = null },
            new() { ["X Custom"] = "a" }, new() { ["X-Custom:"] = "a" }, new() { ["X-Custom\r\nX-Injected"] = "a" }, new() { [""] = "a" },
            new() { ["Host"] = "x" }, new() { ["Transfer-Encoding"] = "chunked" }, new() { ["Connection"] = "close" },
            new() { ["Content-Length"] = "1" }, new() { ["X-EZW-Line-Id"] = "x" }, new() { ["x-ezw-signature"] = "x" },
            new() { ["webhook-id"] = "x" }, new() { ["X-Forwarded-For"] = "127.0.0.1" }, new() { ["Metadata-Flavor"] = "Google" },
            new() { ["X-A"] = "1", ["x-a"] = "2" },
            new(Enumerable.Range(0, 6).Select(i => KeyValuePair.Create<string, JsonNode?>($"X-{i}", "1"))),
        ];
        foreach (var door in WebhookDoor.Both(line))
        {
            foreach (var headers in refusable)
            {
                var json = new JsonObject { ["targetUrl"] = "https://example.com/", ["headers"] = headers.DeepClone() }.ToJsonString();
                using var refused = await door.SendAsync(HttpMethod.Post, "", json);
                await refused.ShouldBlameAsync("headers");
            }
            Assert.Empty(await door.ListAsync());
        }
    }

    [Theory, EachDatabase]
    public async Task A_URL_that_leads_inside_is_refused_when_it_is_saved(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var doors = WebhookDoor.Both(line);
        foreach (var (url, at) in SavingAUrlTests.DeniedHosts.Select((host, at) => ($"http://{host.Data}/hook", at)))
        {
            using var refused = await doors[at % 2].SendAsync(HttpMethod.Post, "", new JsonObject { ["targetUrl"] = url }.ToJsonString());
            var problem = await refused.ShouldBeJsonAsync(400);
            Assert.StartsWith("url_", (string?)problem["code"], StringComparison.Ordinal);
        }
        foreach (var (url, code) in new[]
            {
                ("http://127.0.0.1/", "url_address_refused"), ("ftp://example.com/", "url_scheme_refused"),
                ("https://a:b@example.com/", "url_credentials_refused"), ("https://example.com/#a", "url_fragment_refused"),
                ("https://example.com:22/", "url_port_refused"), ("example.com", "url_invalid"), ("", "url_invalid"),
                ("https://example.com/" + new string('a', 2048), "url_too_long"),
            })
        {
            foreach (var member in new[] { "targetUrl", "url" })
            {
                using var refused = await doors[0].SendAsync(HttpMethod.Post, "", new JsonObject { [member] = url }.ToJsonString());
                Assert.NotNull((await refused.ShouldRefuseAsync(400, code))["errors"]![member]);
            }
        }
        await doors[0].RefuseAsync(HttpMethod.Post, "", "{}", 400, "url_invalid");
        Assert.Empty(await doors[0].ListAsync());
    }

    [Theory, EachDatabase]
    public async Task A_URL_is_the_same_however_it_is_written(DatabaseKind kind)
    {
        var door = new WebhookDoor(await (await apps.OnAsync(kind)).Acme.CreateLineAsync(), true);

        var made = await door.PutAsync("""{"targetUrl":"HTTPS://Example.com:443/a b?c=ü"}""");
        var same = await door.PutAsync("""{"targetUrl":"https://example.com/a%20b?c=%C3%BC"}""");
        var other = await door.PutAsync("""{"targetUrl":"https://example.com/A%20b?c=%C3%BC"}""");

        Assert.Equal("https://example.com/a%20b?c=%C3%BC", (string?)made["targetUrl"]);
        Assert.Equal(Id(made), Id(same));
        Assert.NotEqual(Id(made), Id(other));
        Assert.Equal([Id(made), Id(other)], (await door.ListAsync()).Select(Id));
    }

    /// <summary>WH-20: a limit is told, and nothing is dropped in silence.</summary>
    [Theory, EachDatabase]
    public async Task A_line_has_at_most_ten_webhooks(DatabaseKind kind)
    {
        var acme = (await apps.OnAsync(kind)).Acme;
        var door = new WebhookDoor(await acme.CreateLineAsync(), true);
        var ids = new List<string>();
        for (var i = 0; i < 10; i++)
            ids.Add(Id(await door.PutAsync($$"""{"targetUrl":"https://example.com/{{i}}","enabled":{{(i > 0 ? "true" : "false")}}}""")));

        await door.RefuseAsync(HttpMethod.Post, "", """{"targetUrl":"https://example.com/10"}""", 400, "webhook_limit");
        Assert.Equal(ids[3], Id(await door.PutAsync("""{"targetUrl":"https://example.com/3","persistent":false}""")));
        await new WebhookDoor(await acme.CreateLineAsync(), true).PutAsync("""{"targetUrl":"https://example.com/10"}""");
        await door.DeleteAsync($"/{ids[0]}");
        await door.PutAsync("""{"targetUrl":"https://example.com/10"}""");

        Assert.Equal(10, (await door.ListAsync()).Count);
    }

    [Theory, EachDatabase]
    public async Task Many_who_want_the_same_URL_at_once_get_one_webhook(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var doors = WebhookDoor.Both(line);

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => doors[i % 2].PutAsync("""{"targetUrl":"https://example.com/"}""")));

        Assert.Single(all.Select(Id).Distinct());
        Assert.Single(all, made => made["secret"] is not null);
        Assert.Equal(1, await line.Workspace.App.CountAsync($"select count(*) from webhook where line_id = {line.Id}"));
        Assert.Equal(8, (long)Assert.Single(await doors[0].ListAsync())["version"]!);
    }

    [Theory, EachDatabase]
    public async Task It_is_told_what_happens_after_its_making(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var app = line.Workspace.App;

        foreach (var url in new[] { "https://example.com/1", "https://example.com/2" })
        {
            var made = Guid.Parse(Id(await new WebhookDoor(line, false).PutAsync($$"""{"targetUrl":"{{url}}"}""")));
            Assert.Equal(1, await app.CountAsync($"""
                select count(*) from webhook w join event e on e.organization_id = w.organization_id and e.position = w.from_position + 1
                where w.id = {made} and e.kind = 'webhook.changed' and e.subject_id = w.id and e.line_id = w.line_id
                """));
        }
        Assert.Equal(1, await app.CountAsync(
            $"select count(*) from webhook_relay where organization_id = {line.Workspace.OrganizationId}"));
    }

    [Theory, EachDatabase]
    public async Task Of_an_archived_line_webhooks_can_only_be_read_and_deleted(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var doors = WebhookDoor.Both(line);
        var id = Id(await doors[0].PutAsync("""{"targetUrl":"https://example.com/"}"""));
        using (var archived = await line.Workspace.DeleteAsync(line.Path))
            Assert.Equal(204, (int)archived.StatusCode);

        foreach (var door in doors)
        {
            foreach (var (method, rest, json) in new[]
                {
                    (HttpMethod.Post, "", """{"targetUrl":"https://example.com/"}"""), (HttpMethod.Patch, $"/{id}", "{}"),
                    (HttpMethod.Post, "", """{"targetUrl":"https://example.com/other"}"""), (HttpMethod.Post, $"/{id}/secret", "{}"),
                    (HttpMethod.Post, $"/{id}/test", null),
                    (HttpMethod.Post, $"/{id}/redeliveries", """{"since":"2026-01-01T00:00:00Z"}"""),
                })
                await door.RefuseAsync(method, rest, json, 409, "line_archived");
            Assert.Single(await door.ListAsync());
        }
        await doors[1].DeleteAsync($"/{id}");
        Assert.Empty(await doors[1].ListAsync());
    }

    [Theory, EachDatabase]
    public async Task Only_who_manages_the_line_sets_its_webhooks_up(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();
        var admin = await shared.App.AddMemberAsync(shared.Acme, Role.Admin);
        using (var made = await admin.PostAsync($"{line.Path}/webhooks", """{"targetUrl":"https://example.com/"}"""))
            await made.ShouldBeJsonAsync(201);
        foreach (var (who, level, status, code) in new[]
            {
                (shared.Operator, (string?)null, 404, "not_found"), (shared.Operator, "see", 403, "forbidden"),
                (shared.Operator, "operate", 403, "forbidden"), (shared.Globex, null, 404, "not_found"),
            })
        {
            if (level is not null)
            {
                using var granted = await shared.Acme.PutAsync(
                    $"{line.Path}/permissions/{who.UserId}", $$"""{"level":"{{level}}"}""");
                Assert.Equal(204, (int)granted.StatusCode);
            }
            using var listing = await who.GetAsync($"{line.Path}/webhooks");
            await listing.ShouldRefuseAsync(status, code);
            using var making = await who.PostAsync($"{line.Path}/webhooks", """{"targetUrl":"https://example.com/2"}""");
            await making.ShouldRefuseAsync(status, code);
        }
    }

    private static string Id(JsonNode webhook) => (string)webhook["id"]!;

    private static IEnumerable<string> Texts(JsonNode? list) => list!.AsArray().Select(item => (string)item!);
}
