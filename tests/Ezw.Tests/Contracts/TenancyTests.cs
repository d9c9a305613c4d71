using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>
/// TEN-01 and TEN-02: every documented route, called by everybody who may not, with every id of others in path, query and body. Nothing is
/// done, nothing is learned, and what is foreign looks like what is absent.
/// </summary>
[Collection(TenancyCollection.Name)]
public sealed class TenancyTests(TenancyWorlds worlds)
{
    /// <summary>What belongs to all of an organization, so that a member who may not see a line may well know it.</summary>
    private static readonly string[] OfTheTeam = ["userId", "stageId", "moveToStageId", "labelId"];

    /// <summary>Routes that answer each id for itself, keep ids without looking them up, or take away what is not there.</summary>
    private static readonly string[] Accepting =
    [
        "POST /api/bulk", "POST /api/messages/{messageId}/forward", "POST /api/views", "PATCH /api/views/{viewId}",
        "GET /api/conversations", "DELETE /api/conversations/{conversationId}/labels/{labelId}",
        "DELETE /api/lines/{lineId}/permissions/{userId}", "GET /api/lines/{lineId}/webhooks/{webhookId}/deliveries",
        "GET /api/v1/webhooks/{webhookId}/deliveries",
    ];

    /// <summary>What whoever may only see a line may do beside reading.</summary>
    private static readonly string[] OpenToSeers =
        ["PUT /api/conversations/{conversationId}/presence", "POST /api/messages/{messageId}/forward"];

    /// <summary>How a line is set up is read by those who manage it.</summary>
    private static readonly string[] SettingUp =
    [
        "/api/lines/{lineId}/pairing", "/api/lines/{lineId}/api-tokens", "/api/lines/{lineId}/permissions", "/api/lines/{lineId}/webhooks",
    ];

    [Theory, EachDatabase]
    public async Task Nobody_reaches_what_is_not_theirs(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        await world.JobsEndedAsync();
        var before = await world.RowsAsync(world.Victim.Owner.OrganizationId);
        var failures = new ConcurrentBag<string>();

        await TenancyWorld.ForEachAsync(world.Routes.Where(route => route.Scheme is not null), async route =>
        {
            foreach (var caller in Callers(world, route))
            {
                var answer = await world.CallAsync(
                    route, ApiRoutes.FormsOf(route)[0], caller.Token, world.Victim.IdOf, caller.Organization);
                if (!caller.Expected.Contains(answer.Status) || answer.Body.Contains(world.Victim.Word, StringComparison.Ordinal))
                    failures.Add($"{route} by {caller.Who}: {answer}");
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Order(StringComparer.Ordinal)));
        Assert.Equal(before, await world.RowsAsync(world.Victim.Owner.OrganizationId));
    }

    [Theory, EachDatabase]
    public async Task A_foreign_id_answers_as_an_id_of_nothing_wherever_it_stands(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        await world.JobsEndedAsync();
        var before = await world.RowsAsync(world.Victim.Owner.OrganizationId);
        var failures = new ConcurrentBag<string>();
        var asked = 0;

        await TenancyWorld.ForEachAsync(
            from route in world.Routes
            where route.Scheme is not null
            from form in ApiRoutes.FormsOf(route)
            from slot in form.Slots(route)
            from reader in Readers(world, route, slot)
            select (route, form, slot, reader), async one =>
        {
            foreach (var ifMatch in one.route.Method == HttpMethod.Patch ? new[] { null, "\"999\"" } : [null])
            {
                var foreign = await AskAsync(world, one.route, one.form, one.slot, one.reader, one.reader.ForeignId(one.slot), ifMatch);
                var absent = await AskAsync(world, one.route, one.form, one.slot, one.reader, Guid.CreateVersion7(), ifMatch);
                Interlocked.Increment(ref asked);
                if (TenancyWorld.Alike(foreign) != TenancyWorld.Alike(absent)
                    || (foreign.Status < 400 && !Accepting.Contains($"{one.route}")))
                    failures.Add($"{one.route} {one.form} with {one.slot} by {one.reader.Who}: {foreign} and not {absent}");
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Order(StringComparer.Ordinal)));
        Assert.InRange(asked, 100, int.MaxValue);
        await world.JobsEndedAsync();
        var rows = await world.RowsAsync(world.Victim.Owner.OrganizationId);
        Assert.Equal(Without(before, world), Without(rows, world));
    }

    [Theory, EachDatabase]
    public async Task Every_documented_id_stands_in_a_request_of_these_tests(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        foreach (var route in world.Routes.Where(route => route.Scheme is not null))
        {
            var forms = ApiRoutes.FormsOf(route);
            foreach (var id in route.DocumentedIds)
            {
                Assert.True(
                    forms.Any(form => form.Slots(route).Contains(id, StringComparer.OrdinalIgnoreCase) || Names(form, id)),
                    $"{route} takes {id}, which no form of it names.");
            }
        }
    }

    [Theory, EachDatabase]
    public async Task Only_the_ways_in_are_open_to_everybody(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);

        Assert.Equal(
            [
                "DELETE /api/auth/browser-session", "GET /.well-known/jwks.json", "GET /api/about", "POST /api/auth/browser-session",
                "POST /api/auth/browser-session/renewal", "POST /api/auth/login", "POST /api/auth/logout", "POST /api/auth/refresh",
                "POST /api/setup",
            ],
            world.Routes.Where(route => route.Scheme is null).Select(route => $"{route}").Order(StringComparer.Ordinal));
    }

    /// <summary>Who may not, by route, and how they are told. Whom a route without an id serves with their own data is left out.</summary>
    private static IEnumerable<Intruder> Callers(TenancyWorld world, ApiRoute route)
    {
        var victim = world.Victim;
        yield return new("nobody", null, [401]);
        yield return new("garbage", "garbage", [401]);
        yield return new("an unknown line token", LineToken.Mint(), [401]);
        yield return new("a rotated line token", world.RotatedLineToken, [401]);
        yield return new("an expired ID token", world.ExpiredIdToken, [401]);
        if (route.Scheme == "lineToken")
        {
            yield return new("an ID token", victim.Owner.IdToken, [401]);
            if (!route.NamesSomething)
                yield break;
            yield return new("another line", victim.Two.Line.Token, [404]);
            yield return new("another organization's line", world.Stranger.One.Line.Token, [404]);
            yield break;
        }
        var named = victim.Owner.OrganizationId;
        yield return new("a line token", victim.One.Line.Token, [401]);
        yield return new("a removed member", world.Removed.IdToken, [403]);
        yield return new("a removed member who names the organization", world.Removed.IdToken, [403, 404], named);
        yield return new("a member of another organization who names this one", world.Stranger.Owner.IdToken, [404], named);
        if (!route.NamesSomething)
            yield break;
        yield return new("another organization", world.Stranger.Owner.IdToken, [404]);
        yield return new("an operator without permission", world.Bystander.IdToken, [403, 404]);
        if (!IsOpen(route, OpenToSeers.Contains($"{route}")))
            yield return new("an operator who may see", world.Seer.IdToken, [403, 404]);
        if (!IsOpen(route, !Sets(route)))
            yield return new("an operator who may operate", world.Operator.IdToken, [403, 404]);
    }

    private static bool IsOpen(ApiRoute route, bool whenWriting) =>
        route.Method == HttpMethod.Get
            ? !SettingUp.Any(prefix => route.Path.StartsWith(prefix, StringComparison.Ordinal))
            : whenWriting;

    /// <summary>What only managers do: set up lines, the team, and how work is sorted.</summary>
    private static bool Sets(ApiRoute route) =>
        !route.Path.EndsWith("/send", StringComparison.Ordinal)
        && new[] { "/api/lines", "/api/members", "/api/stages", "/api/labels" }
            .Any(prefix => route.Path.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<Reader> Readers(TenancyWorld world, ApiRoute route, string slot)
    {
        var (victim, stranger) = (world.Victim, world.Stranger);
        if (route.Scheme == "lineToken")
        {
            yield return new("another organization's line", stranger.One.Line.Token, stranger.IdOf, victim.IdOf);
            yield return new("another line", victim.Two.Line.Token, victim.NeighbourIdOf, victim.IdOf);
            yield break;
        }
        yield return new("another organization", stranger.Owner.IdToken, stranger.IdOf, victim.IdOf);
        if (!OfTheTeam.Contains(slot))
            yield return new("an operator of another line", world.Neighbour.IdToken, victim.NeighbourIdOf, victim.IdOf);
    }

    private static async Task<TenancyAnswer> AskAsync(
        TenancyWorld world, ApiRoute route, ApiForm form, string slot, Reader reader, Guid id, string? ifMatch)
    {
        // An organization has a few jobs at a time.
        if (route.Path == "/api/bulk")
            await world.JobsEndedAsync();
        return await world.CallAsync(route, form, reader.Token, name => name == slot ? id : reader.OwnId(name), null, ifMatch);
    }

    // The neighbour is of the same organization: what they do to their own line, and that they asked, is theirs.
    private static IEnumerable<string> Without(IEnumerable<string> rows, TenancyWorld world) => rows.Where(row =>
        !row.StartsWith("event", StringComparison.Ordinal) && !row.StartsWith("bulk_", StringComparison.Ordinal)
        && !row.Contains($"{world.Neighbour.UserId}", StringComparison.OrdinalIgnoreCase)
        && !row.Contains($"{world.Victim.Two.Line.Id}", StringComparison.OrdinalIgnoreCase));

    private static bool Names(ApiForm form, string member) =>
        form.Query.Contains($"{member}={{", StringComparison.OrdinalIgnoreCase)
        || System.Text.RegularExpressions.Regex.IsMatch(form.Body ?? "", $"\"{member}\":\\[?\"\\{{");

    private sealed record Intruder(string Who, string? Token, int[] Expected, Guid? Organization = null);

    /// <param name="OwnId">What they may name, by the name of the id.</param>
    /// <param name="ForeignId">What they may not know.</param>
    private sealed record Reader(string Who, string Token, Func<string, Guid> OwnId, Func<string, Guid> ForeignId);
}
