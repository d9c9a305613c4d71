using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>
/// Every documented route, called by everybody who may not: strangers, another organization, an operator without permission, tokens of the
/// other family, of another line, and of yesterday. Nothing is done, nothing is learned, and what is foreign looks like what is absent.
/// </summary>
public sealed class TenancyTests
{
    private const string Canary = "canary-of-acme";

    [Theory, EachDatabase]
    public async Task Nobody_reaches_what_is_not_theirs(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        var failures = new List<string>();
        foreach (var route in world.Routes.Where(route => route.Scheme is not null))
        {
            foreach (var (who, token, organization) in world.Callers(route))
            {
                var (status, body) = await world.CallAsync(route, token, world.VictimIds, organization);
                if (status is not (401 or 403 or 404) || body.Contains(Canary, StringComparison.Ordinal))
                    failures.Add($"{route} by {who}: {status} {body}");
                if (who is not ("another organization"
                    or "another organization's line" or "an operator without permission" or "another line")
                    && organization is null && status != 401)
                    failures.Add($"{route} by {who} is {status}, not 401");
            }
        }
        Assert.Empty(failures);
        Assert.Equal(world.StateBefore, await world.StateAsync());
    }

    [Theory, EachDatabase]
    public async Task A_foreign_id_answers_as_an_id_of_nothing(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        foreach (var route in world.Routes.Where(route => route is { Scheme: not null, NamesSomething: true }))
        {
            var token = route.Scheme == "idToken" ? world.Stranger.IdToken : world.StrangerLine.Token;

            var foreign = await world.CallAsync(route, token, world.VictimIds);
            var absent = await world.CallAsync(route, token, _ => Guid.CreateVersion7());

            Assert.Equal((404, 404), (foreign.Status, absent.Status));
            Assert.Equal(absent.Body, foreign.Body);
        }
    }

    [Theory, EachDatabase]
    public async Task No_answer_to_another_organization_holds_a_word_of_the_first(DatabaseKind kind)
    {
        await using var world = await World.StartAsync(kind);
        foreach (var route in world.Routes.Where(route => route is { Scheme: not null, NamesSomething: false }))
        {
            var token = route.Scheme == "idToken" ? world.Stranger.IdToken : world.StrangerLine.Token;

            var (_, body) = await world.CallAsync(route, token, world.VictimIds);

            Assert.DoesNotContain(Canary, body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain($"{world.Victim.OrganizationId}", body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain($"{world.VictimLine.Id}", body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Only_the_ways_in_are_open_to_everybody()
    {
        await using var world = await World.StartAsync(DatabaseKind.Sqlite);

        Assert.Equal(
            ["GET /.well-known/jwks.json", "POST /api/auth/login", "POST /api/auth/logout", "POST /api/auth/refresh", "POST /api/setup"],
            world.Routes.Where(route => route.Scheme is null).Select(route => $"{route}").Order(StringComparer.Ordinal));
    }

    /// <summary>Acme with a line, a message and an operator; Globex, which must learn nothing of them.</summary>
    private sealed class World(TestApp app, IReadOnlyList<ApiRoute> routes, Workspace victim, Workspace stranger) : IAsyncDisposable
    {
        private Workspace bystander = null!;
        private TestLine otherLine = null!;
        private string rotated = "";
        private readonly Dictionary<string, Guid> things = [];

        public IReadOnlyList<ApiRoute> Routes => routes;

        public Workspace Victim => victim;

        public TestLine VictimLine { get; private set; } = null!;

        public Workspace Stranger => stranger;

        public TestLine StrangerLine { get; private set; } = null!;

        public string StateBefore { get; private set; } = "";

        public static async Task<World> StartAsync(DatabaseKind kind)
        {
            var app = await TestApp.StartAsync(kind);
            var world = new World(
                app, await ApiRoutes.ReadAsync(app), await app.CreateOrganizationAsync(Canary),
                    await app.CreateOrganizationAsync("Globex"));
            world.bystander = await app.AddMemberAsync(world.Victim, Role.Operator);
            world.VictimLine = await world.Victim.LineInStateAsync("connected");
            using (await world.Victim.PatchAsync(world.VictimLine.Path, $$"""{"displayName":"{{Canary}}"}"""))
                world.otherLine = await world.Victim.LineInStateAsync("connected");
            world.StrangerLine = await world.Stranger.LineInStateAsync("connected");
            var sent = await world.VictimLine.SendTextAsync("+972501234567", Canary);
            foreach (var name in new[] { "messageId", "conversationId" })
                world.things[name] = sent[name]!.GetValue<Guid>();
            using (var listed = await world.Victim.GetAsync("/api/contacts"))
                world.things["contactId"] = (await listed.ShouldBeJsonAsync(200))["items"]![0]!["id"]!.GetValue<Guid>();
            await world.MakeThingsAsync();
            world.rotated = world.VictimLine.Token;
            await world.VictimLine.CreateTokenAsync();
            world.StateBefore = await world.StateAsync();
            return world;
        }

        public Guid VictimIds(string name) => name switch
        {
            "lineId" => VictimLine.Id,
            "userId" => victim.UserId,
            _ when things.TryGetValue(name, out var id) => id,
            // There is none that a stranger could know; the contact before it is what is hidden.
            "mergeId" => things["conversationId"],
            _ => throw new InvalidOperationException($"Give the parameter {name} an id of the victim here."),
        };

        private async Task MakeThingsAsync()
        {
            things["stageId"] = await MakeAsync("/api/stages", $$"""{"name":"{{Canary}}","category":"open"}""", 201);
            things["labelId"] = await MakeAsync("/api/labels", $$"""{"name":"{{Canary}}","color":"#336699"}""", 201);
            things["noteId"] = await MakeAsync($"/api/conversations/{things["conversationId"]}/notes",
                $$"""{"body":"{{Canary}}","mentions":["{{victim.UserId}}"]}""", 201);
            using (var mentions = await victim.GetAsync("/api/mentions"))
                things["mentionId"] = (await mentions.ShouldBeJsonAsync(200))["items"]![0]!["id"]!.GetValue<Guid>();
            things["cannedReplyId"] = await MakeAsync(
                "/api/canned-replies", $$"""{"shortcut":"x","title":"{{Canary}}","body":"{{Canary}}"}""", 201);
            things["viewId"] = await MakeAsync("/api/views", $$$"""{"name":"{{{Canary}}}","filter":{}}""", 201);
            things["jobId"] = await MakeAsync("/api/bulk", """{"action":{"type":"read"},"target":{"filter":{}}}""", 202);
        }

        private async Task<Guid> MakeAsync(string path, string json, int status)
        {
            using var made = await victim.PostAsync(path, json);
            return (await made.ShouldBeJsonAsync(status))["id"]!.GetValue<Guid>();
        }

        /// <summary>Who may not, by route. Whom a route without an id serves with their own data is left out.</summary>
        public IEnumerable<(string Who, string? Token, Guid? Organization)> Callers(ApiRoute route)
        {
            yield return ("nobody", null, null);
            yield return ("garbage", "garbage", null);
            yield return ("an unknown line token", LineToken.Mint(), null);
            yield return ("a rotated token", rotated, null);
            if (route.Scheme == "lineToken")
            {
                yield return ("an ID token", victim.IdToken, null);
                if (!route.NamesSomething)
                    yield break;
                yield return ("another line", otherLine.Token, null);
                yield return ("another organization's line", StrangerLine.Token, null);
                yield break;
            }
            yield return ("a line token", VictimLine.Token, null);
            yield return ("a member of another organization who names this one", stranger.IdToken, victim.OrganizationId);
            if (!route.NamesSomething)
                yield break;
            yield return ("another organization", stranger.IdToken, null);
            yield return ("an operator without permission", bystander.IdToken, null);
        }

        public async Task<(int Status, string Body)> CallAsync(
            ApiRoute route, string? token, Func<string, Guid> idOf, Guid? organization = null)
        {
            var path = string.Join('/', route.Path.Split('/').Select(part => part.StartsWith('{') ? $"{idOf(part.Trim('{', '}'))}" : part));
            using var request = new HttpRequestMessage(route.Method, path);
            if (token is not null)
                request.Headers.Authorization = new("Bearer", token);
            if (organization is { } id)
                request.Headers.Add(WorkspaceDoor.OrganizationHeader, $"{id}");
            if (ApiRoutes.BodyOf(route) is { } json)
                request.Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
            using var answer = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            // A stream never ends; the tests of Live read it.
            var body = answer.IsEndless() ? "" : await answer.Content.ReadAsStringAsync();
            if ((int)answer.StatusCode >= 400)
            {
                var problem = JsonNode.Parse(body)!.AsObject();
                problem.Remove("traceId");
                body = problem.ToJsonString();
            }
            return ((int)answer.StatusCode, body);
        }

        /// <summary>What a caller could have changed of the victim.</summary>
        public async Task<string> StateAsync()
        {
            var line = await VictimLine.ViewAsync();
            using var tokens = await victim.GetAsync($"{VictimLine.Path}/api-tokens");
            using var members = await victim.GetAsync("/api/members");
            var listed = (await tokens.ShouldBeJsonAsync(200))["items"]!.AsArray().Select(token => (string?)token!["expiresAt"]);
            using var work = await victim.GetAsync($"/api/conversations/{things["conversationId"]}/work");
            using var notes = await victim.GetAsync($"/api/conversations/{things["conversationId"]}/notes");
            var done = $"{await work.ShouldBeJsonAsync(200)} {await notes.ShouldBeJsonAsync(200)}";
            return $"{done} {line} {string.Join(',', listed)} {await members.ShouldBeJsonAsync(200)} "
                + $"{await VictimLine.MessageCountAsync()}";
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
