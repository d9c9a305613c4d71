using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Live;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>TEN-03 and TEN-12: what one organization was handed opens nothing in another, and what is the same in two stays two.</summary>
[Collection(TenancyCollection.Name)]
public sealed class TenancyReplayTests(TenancyWorlds worlds)
{
    [Theory, EachDatabase]
    public async Task A_cursor_of_another_organization_is_no_cursor_on_any_route(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var cursors = 0;
        foreach (var route in world.Routes.Where(route => route.Method == HttpMethod.Get && route.Scheme == "idToken"))
        {
            var query = ApiRoutes.FormsOf(route)[0].Query.Replace("q=word", "q=zqv", StringComparison.Ordinal);
            var separator = query.Length == 0 ? '?' : '&';
            var answer = await world.GetAsync(
                $"{ApiForm.Fill(route.Path, world.Victim.IdOf)}{query}{separator}limit=1", world.Victim.Owner.IdToken);
            if (answer.Status != 200 || !answer.Body.StartsWith('{')
                || (string?)JsonNode.Parse(answer.Body)!["nextCursor"] is not { } cursor)
                continue;
            cursors++;
            var parameter = route.Path == "/api/changes" ? "after" : "cursor";
            var replayed = await world.GetAsync(
                $"{ApiForm.Fill(route.Path, world.Stranger.IdOf)}{query}{separator}{parameter}={Uri.EscapeDataString(cursor)}",
                world.Stranger.Owner.IdToken);
            Assert.True(replayed.Status == 400, $"{route} with a foreign cursor: {replayed}");
        }
        Assert.InRange(cursors, 6, int.MaxValue);
    }

    [Theory, EachDatabase]
    public async Task A_key_of_another_organization_replays_nothing(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var key = $"{Guid.CreateVersion7()}";
        var first = await world.Victim.One.Line.SendTextAsync("+972501234567", "keyed", key);

        using var second = await world.Stranger.One.Line.PostTextAsync("""{"to":"+972501234567","body":"keyed"}""", key);

        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
        var sent = await second.ShouldBeJsonAsync(202);
        foreach (var member in new[] { "messageId", "conversationId", "lineId" })
            Assert.NotEqual((Guid)first[member]!, (Guid)sent[member]!);
    }

    [Theory, EachDatabase]
    public async Task A_place_or_ticket_of_another_organization_opens_no_stream(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var place = ChangeCursor.Write(world.Victim.Owner.OrganizationId, 1);
        foreach (var (last, query) in new[] { (place, ""), (null, $"?after={place}") })
        {
            using var refused = await LiveReader.SendAsync(world.App.Http, world.Stranger.Owner.IdToken, last, query);
            await refused.ShouldRefuseAsync(400, "invalid_request");
        }
        using var made = await world.Victim.Owner.PostAsync("/api/live/ticket");
        var ticket = (string)(await made.ShouldBeJsonAsync(201))["ticket"]!;
        foreach (var (token, organization) in new (string?, string?)[]
            { (world.Stranger.Owner.IdToken, null), (null, $"{world.Stranger.Owner.OrganizationId}") })
        {
            using var refused = await LiveReader.SendAsync(world.App.Http, token, null, $"?ticket={ticket}", organization);
            Assert.Equal(401, (int)refused.StatusCode);
        }
    }

    [Theory, EachDatabase]
    public async Task The_same_person_and_the_same_file_in_two_organizations_stay_two(DatabaseKind kind)
    {
        var world = await worlds.OnAsync(kind);
        var (victim, stranger) = (world.Victim.Owner.OrganizationId, world.Stranger.Owner.OrganizationId);

        // One person wrote to both, under one number and one LID.
        Assert.InRange(await world.App.CountAsync($"""
            select count(*) from contact_alias a join contact_alias b on b.kind = a.kind and b.value = a.value
            where a.organization_id = {victim} and b.organization_id = {stranger} and a.contact_id <> b.contact_id
            """), 1, long.MaxValue);
        Assert.Equal(0, await world.App.CountAsync($"""
            select count(*) from contact_alias a join contact_alias b on b.contact_id = a.contact_id
            where a.organization_id = {victim} and b.organization_id = {stranger}
            """));
        // Both were sent the same picture: each has its own attachment, under its own organization.
        var files = new List<(Guid Id, string Hash)>();
        foreach (var tenant in new[] { world.Victim, world.Stranger })
        {
            await using var db = await world.App.Database.ReadAsync(CancellationToken.None);
            files.Add(Assert.Single(await db.QueryAsync($"""
                select id, content_hash from attachment
                where organization_id = {tenant.Owner.OrganizationId} and line_id = {tenant.One.Line.Id}
                """, row => (row.Uuid(0), row.GetString(1)), CancellationToken.None)));
        }
        Assert.Equal(files[0].Hash, files[1].Hash);
        Assert.NotEqual(files[0].Id, files[1].Id);
        var urls = new List<string>();
        foreach (var (owner, file) in new[] { (world.Victim.Owner, files[0].Id), (world.Stranger.Owner, files[1].Id) })
        {
            using var answer = await owner.GetAsync($"/api/attachments/{file}/url");
            urls.Add((string)(await answer.ShouldBeJsonAsync(200))["url"]!);
        }
        Assert.NotEqual(urls[0], urls[1]);
    }
}
