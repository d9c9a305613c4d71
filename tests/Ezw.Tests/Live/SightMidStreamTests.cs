using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Live;

/// <summary>What a stream shows follows what its reader may see, from the event on that changed it.</summary>
public sealed class SightMidStreamTests(SharedApps apps)
{
    private const string ForAll = "organization.changed";

    [Theory, EachDatabase]
    public async Task A_permission_shows_a_line_from_then_on_and_its_end_hides_it(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();
        await using var live = await LiveReader.OpenAsync(shared.Operator);

        var before = await shared.Acme.AppendAsync(1, line.Id);
        await line.GrantAsync(shared.Operator);
        var told = await live.NextAboutAsync(shared.Operator.UserId);
        var during = await shared.Acme.AppendAsync(1, line.Id);
        await live.NextAboutAsync(during[0]);
        await line.RevokeAsync(shared.Operator);
        var toldAgain = await live.NextAboutAsync(shared.Operator.UserId);
        var after = await shared.Acme.AppendAsync(1, line.Id);
        await live.NextAboutAsync((await shared.Acme.AppendAsync(1, null, ForAll))[0]);

        Assert.Equal(("line.permissions_changed", "line.permissions_changed"), (told.Kind, toldAgain.Kind));
        Assert.DoesNotContain($"{before[0]}", live.Raw, StringComparison.Ordinal);
        Assert.DoesNotContain($"{after[0]}", live.Raw, StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task Another_s_permissions_and_how_a_line_is_set_up_reach_managers_only(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();
        await line.GrantAsync(shared.Operator);
        await using var live = await LiveReader.OpenAsync(shared.Operator);
        await using var managers = await LiveReader.OpenAsync(shared.Acme);

        var hidden = await shared.Acme.AppendAsync(1, line.Id, "line.permissions_changed");
        hidden.AddRange(await shared.Acme.AppendAsync(1, line.Id, "line.pairing_changed"));
        hidden.AddRange(await shared.Acme.AppendAsync(1, line.Id, "line.token_rotated"));
        hidden.AddRange(await shared.Acme.AppendAsync(1, null, "webhook.changed"));
        var last = (await shared.Acme.AppendAsync(1, line.Id))[0];
        await live.NextAboutAsync(last);
        await managers.NextAboutAsync(last);

        Assert.All(hidden, id => Assert.DoesNotContain($"{id}", live.Raw, StringComparison.Ordinal));
        Assert.All(hidden, id => Assert.Contains($"{id}", managers.Raw, StringComparison.Ordinal));
    }

    [Theory, EachDatabase]
    public async Task A_demoted_admin_sees_no_more_than_an_operator_and_a_promoted_one_everything(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var person = await app.AddMemberAsync(owner, Role.Admin);
        var line = await owner.CreateLineAsync();
        await using var live = await LiveReader.OpenAsync(person);
        await live.NextAboutAsync((await owner.AppendAsync(1, line.Id))[0]);

        await ChangeRoleAsync(owner, person, "operator");
        var hidden = (await owner.AppendAsync(1, line.Id))[0];
        await live.NextAboutAsync((await owner.AppendAsync(1, null, ForAll))[0]);
        await ChangeRoleAsync(owner, person, "admin");
        await live.NextAboutAsync((await owner.AppendAsync(1, line.Id))[0]);

        Assert.DoesNotContain($"{hidden}", live.Raw, StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task A_line_that_is_archived_says_so_to_those_who_may_see_it(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        var line = await shared.Acme.CreateLineAsync();
        await line.GrantAsync(shared.Operator);
        await using var live = await LiveReader.OpenAsync(shared.Operator);

        using var archived = await shared.Acme.DeleteAsync(line.Path);

        Assert.Equal("line.changed", (await live.NextAboutAsync(line.Id)).Kind);
    }

    [Theory, EachDatabase]
    public async Task A_removed_member_hears_that_and_nothing_after(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var owner = await app.CreateOrganizationAsync("Acme");
        var person = await app.AddMemberAsync(owner, Role.Admin);
        var line = await owner.CreateLineAsync();
        await using var live = await LiveReader.OpenAsync(person);

        using var removed = await owner.DeleteAsync($"/api/members/{person.UserId}");
        var after = (await owner.AppendAsync(1, line.Id))[0];
        var rest = await live.RestAsync();

        Assert.Equal(("end", "membership_ended"), (rest[^1].Name, (string?)rest[^1].Json["reason"]));
        Assert.DoesNotContain($"{after}", live.Raw, StringComparison.Ordinal);
        using var again = await LiveReader.SendAsync(app.Http, person.IdToken, live.LastId);
        await again.ShouldRefuseAsync(403, "no_membership");
    }

    [Theory, EachDatabase]
    public async Task What_no_log_tells_ends_a_stream_within_seconds(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind, "Ezw:Live:WatchMs=100");
        var owner = await app.CreateOrganizationAsync("Acme");
        var (disabled, loggedOut) = (await app.AddMemberAsync(owner, Role.Admin), await app.AddMemberAsync(owner, Role.Admin));
        await using var first = await LiveReader.OpenAsync(disabled);
        await using var second = await LiveReader.OpenAsync(loggedOut);
        await using var third = await LiveReader.OpenAsync(owner);

        await app.AlterAsync($"update user_account set disabled_at = 1 where id = {disabled.UserId}");
        await app.AlterAsync($"update user_account set sessions_since = {long.MaxValue} where id = {loggedOut.UserId}");

        Assert.Equal("account_disabled", (string?)(await first.RestAsync())[^1].Json["reason"]);
        Assert.Equal("session_ended", (string?)(await second.RestAsync())[^1].Json["reason"]);
        await third.NextAboutAsync((await owner.AppendAsync(1, null, ForAll))[0]);
    }

    [Theory, EachDatabase]
    public async Task Another_organization_s_stream_carries_no_byte_of_this_one(DatabaseKind kind)
    {
        var shared = await apps.OnAsync(kind);
        await using var live = await LiveReader.OpenAsync(shared.Globex);
        var line = await shared.Acme.LineInStateAsync("connected");
        var sent = await line.SendTextAsync("+972501234567", "canary");
        using var seen = await shared.Acme.PutAsync(
            $"/api/conversations/{sent["conversationId"]}/presence", """{"state":"typing"}""");
        Assert.Equal(204, (int)seen.StatusCode);

        foreach (var forged in new[] { $"{shared.Acme.OrganizationId}", $"{shared.Globex.OrganizationId}:{shared.Acme.OrganizationId}",
            "*", "\u05d0", $"{shared.Acme.OrganizationId}*", "" })
        {
            using var refused = await LiveReader.SendAsync(
                shared.App.Http, shared.Globex.IdToken, null, "", Uri.EscapeDataString(forged));
            await refused.ShouldRefuseAsync(404, "not_found");
        }
        await live.NextAboutAsync((await shared.Globex.AppendAsync(1, null, ForAll))[0]);

        foreach (var id in new[] { shared.Acme.OrganizationId, shared.Acme.UserId, line.Id, sent["messageId"]!.GetValue<Guid>(),
            sent["conversationId"]!.GetValue<Guid>() })
            Assert.DoesNotContain($"{id}", live.Raw, StringComparison.OrdinalIgnoreCase);
    }

    private static async Task ChangeRoleAsync(Workspace owner, Workspace person, string role)
    {
        using var changed = await owner.PatchAsync($"/api/members/{person.UserId}", $$"""{"role":"{{role}}"}""");
        Assert.Equal(200, (int)changed.StatusCode);
    }
}
