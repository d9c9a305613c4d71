using Ezw.Foundation.Storage;
using Ezw.Messaging.Contacts;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>What the team did about two conversations, once their contacts turn out to be one person, and when that was a mistake.</summary>
public sealed class MergingWorkTests
{
    [Theory, EachDatabase]
    public async Task Notes_and_labels_follow_a_merge_and_come_back_from_it(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var kept = await WorkDesk.OpenAsync(team.Owner);
        var merged = await WorkDesk.OpenAsync(team.Owner, kept.Line);
        await WorkTeam.MakeAsync(team.Owner, $"{kept.Path}/notes", """{"body":"of the kept"}""");
        var note = await WorkTeam.MakeAsync(team.Owner, $"{merged.Path}/notes",
            $$"""{"body":"of the merged","mentions":["{{team.Owner.UserId}}"]}""");
        var (both, one) = (await LabelAsync(team, "both"), await LabelAsync(team, "one"));
        await kept.DoAsync(team.Owner, HttpMethod.Post, "/labels", $$"""{"labelId":"{{both}}"}""");
        foreach (var label in new[] { both, one })
            await merged.DoAsync(team.Owner, HttpMethod.Post, "/labels", $$"""{"labelId":"{{label}}"}""");
        var merges = team.App.Part<ContactMerges>();

        await merges.MergeByHandAsync(
            team.Owner.OrganizationId, team.Owner.UserId, await ContactAsync(team, kept), await ContactAsync(team, merged), default);

        Assert.Equal(["of the merged", "of the kept"], await NotesAsync(team, kept));
        Assert.Equal(["both", "one"], await LabelsAsync(kept));
        Assert.Equal($"{kept.Id}", (string?)(await merged.WorkAsync())["id"]);
        Assert.Equal(["of the merged", "of the kept"], await NotesAsync(team, merged));
        Assert.Equal($"{kept.Id}", (string?)Assert.Single(await WorkTeam.ListAsync(team.Owner, "/api/mentions"))["conversationId"]);
        await merged.DoAsync(team.Owner, HttpMethod.Post, "/claim");
        Assert.Equal($"{team.Owner.UserId}", await kept.AssigneeAsync());
        using (var edited = await team.Owner.PatchAsync($"{merged.Path}/notes/{note["id"]}", """{"body":"of the merged, edited"}"""))
            await edited.ShouldBeJsonAsync(200);
        await WorkTeam.MakeAsync(team.Owner, $"{merged.Path}/notes", """{"body":"since then"}""");

        await using (var db = await team.App.Database.ReadAsync(default))
        {
            var merge = (await db.QueryAsync($"select id from contact_merge", row => row.Uuid(0), default))[0];
            await merges.PartAsync(team.Owner.OrganizationId, team.Owner.UserId, merge, default);
        }

        Assert.Equal(["since then", "of the kept"], await NotesAsync(team, kept));
        Assert.Equal(["of the merged, edited"], await NotesAsync(team, merged));
        Assert.Equal(["both", "one"], await LabelsAsync(kept));
        Assert.Equal(["both", "one"], await LabelsAsync(merged));
        Assert.Equal($"{merged.Id}", (string?)(await merged.WorkAsync())["id"]);
    }

    private static async Task<string> LabelAsync(WorkTeam team, string name) =>
        $"{(await WorkTeam.MakeAsync(team.Owner, "/api/labels", $$"""{"name":"{{name}}","color":"#000000"}"""))["id"]}";

    private static async Task<IEnumerable<string?>> NotesAsync(WorkTeam team, WorkDesk desk) =>
        (await WorkTeam.ListAsync(team.Owner, $"{desk.Path}/notes")).Select(note => (string?)note["body"]);

    private static async Task<IEnumerable<string?>> LabelsAsync(WorkDesk desk) =>
        (await desk.WorkAsync())["labels"]!.AsArray().Select(label => (string?)label!["name"]);

    private static async Task<Guid> ContactAsync(WorkTeam team, WorkDesk desk)
    {
        await using var db = await team.App.Database.ReadAsync(default);
        return (await db.QueryAsync($"select contact_id from conversation where id = {desk.Id}", row => row.Uuid(0), default))[0];
    }
}
