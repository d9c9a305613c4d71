using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Live;

public sealed class PresenceTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Whoever_looks_or_types_is_shown_until_they_go_and_stands_in_no_log(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var (line, path) = await ConversationAsync(shared.Acme);
        await line.GrantAsync(shared.Operator);
        await using var live = await LiveReader.OpenAsync(shared.Operator);
        var before = (await shared.Acme.LogAsync()).Count;

        await SayAsync(shared.Acme, path, "viewing");
        await SayAsync(shared.Acme, path, "viewing");
        await SayAsync(shared.Acme, path, "typing");
        var present = await PresentAsync(shared.Operator, path);
        await SayAsync(shared.Acme, path, "gone");

        string[] states = [await StateAsync(live), await StateAsync(live), await StateAsync(live)];
        Assert.Equal(["viewing", "typing", "gone"], states);
        var one = Assert.Single(present)!;
        Assert.Equal(($"{shared.Acme.UserId}", "typing", "Acme Owner"),
            ($"{one["userId"]}", $"{one["state"]}", $"{one["displayName"]}"));
        Assert.Empty(await PresentAsync(shared.Operator, path));
        Assert.DoesNotContain((await shared.Acme.LogAsync()).Skip(before), logged => logged.SubjectId == shared.Acme.UserId);
    }

    [Theory, EachDatabase]
    public async Task Presence_ends_by_itself_after_half_a_minute_unless_it_is_renewed(DatabaseKind kind)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var app = await TestApp.StartAsync(kind, time);
        var owner = await app.CreateOrganizationAsync("Acme");
        var (_, path) = await ConversationAsync(owner);
        await using var live = await LiveReader.OpenAsync(owner);

        await SayAsync(owner, path, "viewing");
        time.Advance(TimeSpan.FromSeconds(20));
        await SayAsync(owner, path, "viewing");
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Single(await PresentAsync(owner, path));
        time.Advance(TimeSpan.FromSeconds(11));

        Assert.Empty(await PresentAsync(owner, path));
        Assert.Equal("viewing", await StateAsync(live));
        await Eventually.BecomesAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(live.Arrived().ToList());
            },
            arrived => arrived.Exists(one => one.Name == "presence" && (string?)one.Json["state"] == "gone"), "the end of presence");
    }

    [Theory, EachDatabase]
    public async Task Who_may_not_see_the_line_learns_nothing_and_can_say_nothing(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var (_, path) = await ConversationAsync(shared.Acme);
        await using var live = await LiveReader.OpenAsync(shared.Operator);
        await SayAsync(shared.Acme, path, "viewing");

        foreach (var stranger in new[] { shared.Operator, shared.Globex })
        {
            using var asked = await stranger.GetAsync(path);
            using var said = await stranger.PutAsync(path, """{"state":"viewing"}""");
            await asked.ShouldRefuseAsync(404, "not_found");
            await said.ShouldRefuseAsync(404, "not_found");
        }
        await live.NextAboutAsync((await shared.Acme.AppendAsync(1, null, "organization.changed"))[0]);

        Assert.DoesNotContain("presence", live.Raw, StringComparison.Ordinal);
        Assert.Equal([$"{shared.Acme.UserId}"], (await PresentAsync(shared.Acme, path)).Select(one => $"{one!["userId"]}"));
    }

    [Theory, EachDatabase]
    public async Task A_removed_member_is_not_shown(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var person = await app.AddMemberAsync(owner, Role.Admin);
        var (_, path) = await ConversationAsync(owner);
        await SayAsync(person, path, "viewing");

        using var removed = await owner.DeleteAsync($"/api/members/{person.UserId}");

        Assert.Empty(await PresentAsync(owner, path));
    }

    [Theory, EachDatabase]
    public async Task Only_three_states_are_known(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var (_, path) = await ConversationAsync(shared.Acme);

        foreach (var state in new[] { "", "VIEWING", "asleep", "typing " })
        {
            using var refused = await shared.Acme.PutAsync(path, $$"""{"state":"{{state}}"}""");
            await refused.ShouldBlameAsync("state");
        }
    }

    internal static async Task<(TestLine Line, string Path)> ConversationAsync(Workspace owner)
    {
        var line = await owner.LineInStateAsync("connected");
        var sent = await line.SendTextAsync(owner.App.NewPhone(), "hello");
        return (line, $"/api/conversations/{sent["conversationId"]}/presence");
    }

    internal static async Task SayAsync(Workspace person, string path, string state)
    {
        using var said = await person.PutAsync(path, $$"""{"state":"{{state}}"}""");
        Assert.Equal(204, (int)said.StatusCode);
    }

    internal static async Task<JsonArray> PresentAsync(Workspace person, string path)
    {
        using var answer = await person.GetAsync(path);
        return (await answer.ShouldBeJsonAsync(200))["items"]!.AsArray();
    }

    internal static async Task<string> StateAsync(LiveReader live) => $"{(await live.NextAsync("presence")).Json["state"]}";
}
