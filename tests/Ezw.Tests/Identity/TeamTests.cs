using System.Net.Http.Json;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Tests.Identity;

public sealed class TeamTests
{
    [Fact]
    public async Task A_new_member_logs_in_with_the_temporary_password_for_seven_days()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var owner = (await app.LoginAsync()).IdToken;

        using var answer = await AddAsync(app, owner, "Ana@Example.com", "operator");

        var added = await answer.ShouldBeAsync<MemberAdded>(201);
        Assert.Equal(("ana@example.com", "operator"), (added.Member.Email, added.Member.Role));
        await app.LoginAsync("ana@example.com", added.TemporaryPassword!);
        app.Time.Advance(People.TemporaryPasswordLifetime);
        await (await app.TryLoginAsync("ana@example.com", added.TemporaryPassword!)).ShouldBeProblemAsync(401, "invalid_credentials");
    }

    [Fact]
    public async Task The_team_is_listed_page_by_page_to_every_member()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await app.AddMemberAsync("max@example.com");
        await app.AddMemberAsync("mia@example.com");
        var token = (await app.LoginAsync("max@example.com")).IdToken;

        var first = await (await app.GetAsync("/api/members?limit=2", token)).ShouldBeAsync<Page<Member>>(200);
        var second = await (await app.GetAsync($"/api/members?limit=2&cursor={first.NextCursor}", token)).ShouldBeAsync<Page<Member>>(200);

        var emails = first.Items.Concat(second.Items).Select(member => member.Email).Order();
        Assert.Equal(["max@example.com", "mia@example.com", "owner@example.com"], emails);
        Assert.Null(second.NextCursor);
        await (await app.GetAsync("/api/members?cursor=!", token)).ShouldBeProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Operators_do_not_change_the_team()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var max = await app.AddMemberAsync("max@example.com");
        await app.AddMemberAsync("mia@example.com");
        var mia = (await app.LoginAsync("mia@example.com")).IdToken;

        await (await AddAsync(app, mia, "ana@example.com", "operator")).ShouldBeProblemAsync(403, "forbidden");
        await (await ChangeAsync(app, mia, max, "admin")).ShouldBeProblemAsync(403, "forbidden");
        await (await RemoveAsync(app, mia, max)).ShouldBeProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task Admins_do_not_make_change_or_remove_owners()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var max = await app.AddMemberAsync("max@example.com", Role.Admin);
        var token = (await app.LoginAsync("max@example.com")).IdToken;

        await (await AddAsync(app, token, "ana@example.com", "owner")).ShouldBeProblemAsync(403, "forbidden");
        await (await ChangeAsync(app, token, max, "owner")).ShouldBeProblemAsync(403, "forbidden");
        await (await ChangeAsync(app, token, app.Acme.OwnerId, "operator")).ShouldBeProblemAsync(403, "forbidden");
        await (await RemoveAsync(app, token, app.Acme.OwnerId)).ShouldBeProblemAsync(403, "forbidden");
    }

    [Fact]
    public async Task The_last_owner_can_be_neither_demoted_nor_removed()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var max = await app.AddMemberAsync("max@example.com", Role.Admin);
        var token = (await app.LoginAsync()).IdToken;
        await (await ChangeAsync(app, token, app.Acme.OwnerId, "admin")).ShouldBeProblemAsync(409, "last_owner");
        await (await RemoveAsync(app, token, app.Acme.OwnerId)).ShouldBeProblemAsync(409, "last_owner");

        var promoted = await (await ChangeAsync(app, token, max, "owner")).ShouldBeAsync<Member>(200);
        using var left = await RemoveAsync(app, token, app.Acme.OwnerId);

        Assert.Equal("owner", promoted.Role);
        Assert.Equal(204, (int)left.StatusCode);
        Assert.Equal(403, await app.StatusOfMeAsync(token));
    }

    [Fact]
    public async Task A_person_is_a_member_once_and_keeps_their_own_password()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await app.People.CreateOrganizationAsync(
            "Other", "otto@example.com", "Otto", IdentityApp.OwnerPassword, TestContext.Current.CancellationToken);
        var token = (await app.LoginAsync()).IdToken;

        await (await AddAsync(app, token, "otto@example.com", "admin", "chosen by a stranger")).ShouldBeProblemAsync(409, "account_exists");
        var added = await (await AddAsync(app, token, "otto@example.com", "admin")).ShouldBeAsync<MemberAdded>(201);
        await (await AddAsync(app, token, "otto@example.com", "admin")).ShouldBeProblemAsync(409, "already_member");

        Assert.Null(added.TemporaryPassword);
        Assert.Equal(2, (await app.LoginAsync("otto@example.com")).Organizations.Count);
    }

    [Fact]
    public async Task Members_of_other_organizations_are_not_there()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var other = await app.People.CreateOrganizationAsync(
            "Other", "otto@example.com", "Otto", IdentityApp.OwnerPassword, TestContext.Current.CancellationToken);
        var token = (await app.LoginAsync()).IdToken;

        await (await ChangeAsync(app, token, other.OwnerId, "operator")).ShouldBeProblemAsync(404, "not_found");
        await (await RemoveAsync(app, token, other.OwnerId)).ShouldBeProblemAsync(404, "not_found");
    }

    [Fact]
    public async Task Every_change_is_an_event_of_the_organization()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var token = (await app.LoginAsync()).IdToken;
        var added = await (await AddAsync(app, token, "ana@example.com", "operator")).ShouldBeAsync<MemberAdded>(201);
        using var changed = await ChangeAsync(app, token, added.Member.UserId, "admin");
        using var removed = await RemoveAsync(app, token, added.Member.UserId);

        await using var db = await app.Part<Database>().ReadAsync(TestContext.Current.CancellationToken);
        var kinds = await db.QueryAsync(
            $"select kind from event where organization_id = {app.Acme.OrganizationId} order by position",
            row => row.GetString(0), TestContext.Current.CancellationToken);

        Assert.Equal(["organization.created", "member.added", "member.changed", "member.removed"], kinds);
    }

    private static Task<HttpResponseMessage> AddAsync(IdentityApp app, string token, string email, string role, string? password = null) =>
        app.PostAsync("/api/members", new NewMember(email, "Ana", role, password), token);

    private static Task<HttpResponseMessage> ChangeAsync(IdentityApp app, string token, Guid userId, string role) =>
        app.SendAsync(HttpMethod.Patch, $"/api/members/{userId}", JsonContent.Create(new MemberChange(role)), token);

    private static Task<HttpResponseMessage> RemoveAsync(IdentityApp app, string token, Guid userId) =>
        app.SendAsync(HttpMethod.Delete, $"/api/members/{userId}", null, token);
}
