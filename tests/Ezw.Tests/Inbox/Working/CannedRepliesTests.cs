using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Working;

/// <summary>Texts that are kept for later, one's own and the team's.</summary>
public sealed class CannedRepliesTests
{
    [Theory, EachDatabase]
    public async Task Everybody_keeps_their_own_and_managers_keep_the_shared_ones(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var shared = await WorkTeam.MakeAsync(team.Owner, "/api/canned-replies", Reply("שלום", true));
        var own = await WorkTeam.MakeAsync(team.Agent, "/api/canned-replies", Reply("hello", false));
        await WorkTeam.MakeAsync(team.Owner, "/api/canned-replies", Reply("hello", false));
        using (var refused = await team.Agent.PostAsync("/api/canned-replies", Reply("x", true)))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var refused = await team.Agent.PatchAsync($"/api/canned-replies/{shared["id"]}", """{"body":"x"}"""))
            await refused.ShouldRefuseAsync(403, "forbidden");
        using (var absent = await team.Owner.PatchAsync($"/api/canned-replies/{own["id"]}", """{"body":"x"}"""))
            await absent.ShouldRefuseAsync(404, "not_found");
        using (var taken = await team.Agent.PostAsync("/api/canned-replies", Reply("hello", false)))
            await taken.ShouldRefuseAsync(409, "name_taken");
        using (var changed = await team.Agent.PatchAsync($"/api/canned-replies/{own["id"]}", """{"title":"T","version":1}"""))
            Assert.Equal("T", (string?)(await changed.ShouldBeJsonAsync(200))["title"]);
        using (var stale = await team.Agent.PatchAsync($"/api/canned-replies/{own["id"]}", """{"title":"U","version":1}"""))
            await stale.ShouldRefuseAsync(409, "stale_version");

        Assert.Equal(["hello", "שלום"], (await WorkTeam.ListAsync(team.Agent, "/api/canned-replies")).Select(r => (string?)r["shortcut"]));
        using (var gone = await team.Agent.DeleteAsync($"/api/canned-replies/{own["id"]}"))
            Assert.Equal(204, (int)gone.StatusCode);
        Assert.Equal(["שלום"], (await WorkTeam.ListAsync(team.Agent, "/api/canned-replies")).Select(r => (string?)r["shortcut"]));
        foreach (var shortcut in new[] { "", "Hello", "a b", "a/b", "é", "a\\n", new string('a', 51) })
        {
            using var refused = await team.Owner.PostAsync("/api/canned-replies", Reply(shortcut, false));
            await refused.ShouldBlameAsync("shortcut");
        }
    }

    [Theory, EachDatabase]
    public async Task A_reply_is_filled_in_for_a_conversation_and_what_is_missing_is_named(DatabaseKind kind)
    {
        await using var team = await WorkTeam.StartAsync(kind);
        var desk = await WorkDesk.OpenAsync(team.Owner);
        var reply = await WorkTeam.MakeAsync(team.Owner, "/api/canned-replies", """
            {"shortcut":"hi","title":"Hi","shared":true,
             "body":"Hi {{contact.name}}, {{agent.name}} of {{ line.name }} here. {{order.number}} {{contact.name}} {{7*7}}"}
            """);
        var path = $"/api/canned-replies/{reply["id"]}/rendering";
        var body = $$"""{"conversationId":"{{desk.Id}}"}""";

        var nameless = await WorkTeam.MakeAsync(team.Owner, path, body, 200);
        const string Name = "$1 {{agent.name}}";
        await team.App.AlterAsync($"update contact set display_name = {Name} where organization_id = {team.Owner.OrganizationId}");
        var named = await WorkTeam.MakeAsync(team.Owner, path, body, 200);

        Assert.Equal(
            "Hi {{contact.name}}, Acme Owner of Support here. {{order.number}} {{contact.name}} {{7*7}}", (string?)nameless["text"]);
        Assert.Equal(["contact.name", "order.number"], nameless["missing"]!.AsArray().Select(name => (string?)name));
        Assert.StartsWith("Hi $1 {{agent.name}}, Acme Owner of", (string?)named["text"], StringComparison.Ordinal);
        using (var hidden = await team.Agent.PostAsync(path, body))
            await hidden.ShouldRefuseAsync(404, "not_found");
    }

    private static string Reply(string shortcut, bool shared) =>
        $$"""{"shortcut":"{{shortcut}}","title":"Hello","body":"Hello there","shared":{{(shared ? "true" : "false")}}}""";
}
