using Ezw.Identity;

namespace Ezw.Tests.Identity;

public sealed class WorkspaceDoorTests
{
    [Fact]
    public async Task The_role_is_read_from_the_database_for_each_request()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var member = await app.AddMemberAsync("max@example.com");
        var token = (await app.LoginAsync("max@example.com")).IdToken;
        Assert.Equal(Role.Operator, (await CallerAsync(app, token)).Role);

        await app.AlterAsync($"update membership set role = 'admin' where user_id = {member}");

        Assert.Equal(Role.Admin, (await CallerAsync(app, token)).Role);
    }

    [Fact]
    public async Task JWT_09_a_valid_token_of_a_disabled_person_is_refused()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var token = (await app.LoginAsync()).IdToken;
        await app.AlterAsync($"update user_account set disabled_at = {1L}");

        using var response = await app.GetAsync("/api/auth/me", token);

        await response.ShouldBeProblemAsync(401, "unauthorized");
    }

    [Fact]
    public async Task JWT_09_a_removed_member_is_out_at_once()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var member = await app.AddMemberAsync("max@example.com");
        var token = (await app.LoginAsync("max@example.com")).IdToken;
        await app.AlterAsync($"delete from membership where user_id = {member}");

        using var response = await app.GetAsync("/api/auth/me", token);

        await response.ShouldBeProblemAsync(403, "no_membership");
    }

    [Fact]
    public async Task JWT_09_a_changed_address_changes_the_caller_and_not_the_person()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var token = (await app.LoginAsync()).IdToken;
        await app.AlterAsync($"update user_account set email = 'olga@example.com'");

        var caller = await CallerAsync(app, token);

        Assert.Equal(new Caller(app.Acme.OrganizationId, app.Acme.OwnerId, "olga@example.com", Role.Owner), caller);
    }

    [Fact]
    public async Task The_oldest_membership_counts_unless_the_header_names_another()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        app.Time.Advance(TimeSpan.FromMinutes(1));
        var ending = TestContext.Current.CancellationToken;
        var other = await app.People.CreateOrganizationAsync("Other", "otto@example.com", "Otto", IdentityApp.OwnerPassword, ending);
        await app.People.AddMemberAsync(other.OrganizationId, IdentityApp.OwnerEmail, "Olga", null, Role.Operator, ending);
        var token = (await app.LoginAsync()).IdToken;

        var first = await CallerAsync(app, token);
        var second = await CallerAsync(app, token, other.OrganizationId);

        Assert.Equal((app.Acme.OrganizationId, Role.Owner), (first.OrganizationId, first.Role));
        Assert.Equal((other.OrganizationId, Role.Operator), (second.OrganizationId, second.Role));
    }

    [Fact]
    public async Task An_organization_of_others_looks_like_one_that_is_not_there()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var ending = TestContext.Current.CancellationToken;
        var other = await app.People.CreateOrganizationAsync("Other", "otto@example.com", "Otto", IdentityApp.OwnerPassword, ending);
        var token = (await app.LoginAsync()).IdToken;

        using var foreign = await app.GetAsync("/api/auth/me", token, other.OrganizationId);
        using var absent = await app.GetAsync("/api/auth/me", token, Guid.CreateVersion7());

        Assert.Equal(await foreign.ShouldBeProblemAsync(404, "not_found"), await absent.ShouldBeProblemAsync(404, "not_found"));
    }

    [Fact]
    public async Task A_stranger_is_refused_before_the_body_is_read()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        using var content = new StringContent("{ this is not JSON", System.Text.Encoding.UTF8, "application/json");

        using var response = await app.SendAsync(HttpMethod.Post, "/api/members", content, token: null);

        await response.ShouldBeProblemAsync(401, "unauthorized");
    }

    private static async Task<Caller> CallerAsync(IdentityApp app, string token, Guid? organization = null) =>
        await (await app.GetAsync("/api/echo", token, organization)).ShouldBeAsync<Caller>(200);
}
