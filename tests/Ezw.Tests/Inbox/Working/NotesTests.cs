using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>What the team tells itself about a conversation, and who is named in it.</summary>
public sealed class NotesTests
{
    [Theory, EachDatabase]
    public async Task An_author_edits_managers_delete_and_nothing_is_sent(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var other = await team.App.AddMemberAsync(team.Owner, Role.Operator);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        await desk.GrantAsync(team.Agent, "operate");
        await desk.GrantAsync(other, "operate");
        var sent = await desk.Line.MessageCountAsync();
        var note = await WorkTeam.MakeAsync(team.Agent, $"{desk.Path}/notes", """{"body":"knows the boss\nשלום"}""");
        var path = $"{desk.Path}/notes/{note["id"]}";
        foreach (var who in new[] { team.Owner, other })
        {
            using var refused = await who.PatchAsync(path, """{"body":"not mine"}""");
            await refused.ShouldRefuseAsync(403, "forbidden");
        }
        using (var refused = await other.DeleteAsync(path))
            await refused.ShouldRefuseAsync(403, "forbidden");

        using (var edited = await team.Agent.PatchAsync(path, """{"body":"knows the boss well","version":1}"""))
            Assert.NotNull((await edited.ShouldBeJsonAsync(200))["editedAt"]);
        using (var stale = await team.Agent.PatchAsync(path, """{"body":"older","version":1}"""))
            Assert.Equal("knows the boss well", (string?)(await stale.ShouldRefuseAsync(409, "stale_version"))["current"]!["body"]);
        using (var deleted = await team.Owner.DeleteAsync(path))
            Assert.Equal(204, (int)deleted.StatusCode);
        using (var again = await team.Owner.DeleteAsync(path))
            await again.ShouldRefuseAsync(404, "not_found");

        Assert.Empty(await WorkTeam.ListAsync(team.Agent, $"{desk.Path}/notes"));
        Assert.Equal(sent, await desk.Line.MessageCountAsync());
        foreach (var said in new[] { "note.added", "note.changed", "note.deleted" })
            Assert.Equal(1, await desk.EventsAsync(said));
    }

    [Theory, EachDatabase]
    public async Task Notes_are_read_newest_first_page_by_page(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        await desk.GrantAsync(team.Agent, "see");
        foreach (var number in Enumerable.Range(1, 5))
            await WorkTeam.MakeAsync(team.Owner, $"{desk.Path}/notes", $$"""{"body":"{{number}}"}""");
        var read = new List<string?>();
        for (string? cursor = null, next = ""; next is not null; cursor = next)
        {
            using var page = await team.Agent.GetAsync($"{desk.Path}/notes?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            var json = await page.ShouldBeJsonAsync(200);
            read.AddRange(json["items"]!.AsArray().Select(note => (string?)note!["body"]));
            next = (string?)json["nextCursor"];
        }

        Assert.Equal(["5", "4", "3", "2", "1"], read);
        using (var refused = await team.Agent.PostAsync($"{desk.Path}/notes", """{"body":"x"}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");
        foreach (var json in new[]
        {
            """{"body":" "}""", """{"body":"a\u0000b"}""", "{}", """{"body":"x","authorId":"018f0000-0000-7000-8000-000000000000"}""",
            $$"""{"body":"{{new string('a', 10_001)}}"}""",
        })
        {
            using var refused = await team.Owner.PostAsync($"{desk.Path}/notes", json);
            await refused.ShouldRefuseAsync(400, "invalid_request");
        }
    }

    [Theory, EachDatabase]
    public async Task Only_who_may_see_the_line_is_mentioned_and_learns_of_it(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var stranger = await team.App.CreateOrganizationAsync("Globex");
        var desk = await WorkDesk.OpenAsync(team.Owner);
        foreach (var who in new[] { team.Agent.UserId, stranger.UserId, Guid.CreateVersion7() })
        {
            using var refused = await team.Owner.PostAsync($"{desk.Path}/notes", Body(team.Owner.UserId, who));
            await refused.ShouldBlameAsync("mentions");
        }
        await desk.GrantAsync(team.Agent, "see");
        var note = await WorkTeam.MakeAsync(team.Owner, $"{desk.Path}/notes", Body(team.Agent.UserId, team.Agent.UserId));
        Assert.Equal([$"{team.Agent.UserId}"], note["mentions"]!.AsArray().Select(id => (string?)id));

        var mention = Assert.Single(await WorkTeam.ListAsync(team.Agent, "/api/mentions?unseen=true"));
        Assert.Equal(($"{desk.Id}", $"{note["id"]}", "look"),
            ((string?)mention["conversationId"], (string?)mention["noteId"], (string?)mention["body"]));
        using (var foreign = await team.Owner.PutAsync($"/api/mentions/{mention["id"]}/seen"))
            await foreign.ShouldRefuseAsync(404, "not_found");
        for (var times = 0; times < 2; times++)
        {
            using var seen = await team.Agent.PutAsync($"/api/mentions/{mention["id"]}/seen");
            Assert.Equal(204, (int)seen.StatusCode);
        }

        Assert.Empty(await WorkTeam.ListAsync(team.Agent, "/api/mentions?unseen=true"));
        Assert.Single(await WorkTeam.ListAsync(team.Agent, "/api/mentions?unseen=false"));
        Assert.Equal(1, await desk.EventsAsync("mention.seen"));
        await desk.WithdrawAsync(team.Agent);
        Assert.Empty(await WorkTeam.ListAsync(team.Agent, "/api/mentions"));
        Assert.Empty(await WorkTeam.ListAsync(team.Owner, "/api/mentions"));

        static string Body(Guid one, Guid other) => $$"""{"body":"look","mentions":["{{one}}","{{other}}"]}""";
    }
}
