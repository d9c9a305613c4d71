using System.Net.Http.Json;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Tests.Support;

namespace Ezw.Tests.Identity;

public sealed class OrganizationTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task Its_new_name_is_read_by_every_member_and_told_at_the_next_login(DatabaseKind kind)
    {
        var app = (await apps.OnAsync(kind)).App;
        var acme = await app.CreateOrganizationAsync("Acme");
        using var renamed = await acme.PatchAsync("/api/organization", """{"name":"  Acme and daughters "}""");
        Assert.Equal("Acme and daughters", (string?)(await renamed.ShouldBeJsonAsync(200))["name"]);

        using var read = await acme.GetAsync("/api/organization");
        var organization = await read.ShouldBeJsonAsync(200);
        Assert.Equal((acme.OrganizationId, "Acme and daughters"), ((Guid)organization["id"]!, (string?)organization["name"]));
        using var login = await app.Http.SendJsonAsync(
            HttpMethod.Post, "/api/auth/login", $$"""{"email":"{{acme.Email}}","password":"{{TestApp.Password}}"}""");
        Assert.Equal("Acme and daughters", (string?)(await login.ShouldBeJsonAsync(200))["organizations"]![0]!["name"]);
    }

    [Fact]
    public async Task Operators_read_it_and_do_not_rename_it()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await app.AddMemberAsync("max@example.com");
        var max = (await app.LoginAsync("max@example.com")).IdToken;

        var read = await (await app.GetAsync("/api/organization", max)).ShouldBeAsync<OrganizationView>(200);
        Assert.Equal((app.Acme.OrganizationId, "Acme"), (read.Id, read.Name));
        await (await RenameAsync(app, max, "Mine")).ShouldBeProblemAsync(403, "forbidden");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("two\nlines")]
    public async Task A_name_that_is_none_is_refused(string name)
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var owner = (await app.LoginAsync()).IdToken;

        await (await RenameAsync(app, owner, name)).ShouldBeProblemAsync(400, "invalid_request");
        await (await RenameAsync(app, owner, new string('x', 101))).ShouldBeProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_change_is_an_event_and_the_same_name_again_is_none()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await app.AddMemberAsync("max@example.com", Role.Admin);
        var admin = (await app.LoginAsync("max@example.com")).IdToken;
        using var first = await RenameAsync(app, admin, "Acme Ltd");
        using var again = await RenameAsync(app, admin, "Acme Ltd");

        await using var db = await app.Part<Database>().ReadAsync(TestContext.Current.CancellationToken);
        var details = await db.QueryAsync(
            $"select detail from event where organization_id = {app.Acme.OrganizationId} and kind = 'organization.changed'",
            row => row.GetString(0), TestContext.Current.CancellationToken);
        Assert.Equal(["name"], details);
    }

    private static Task<HttpResponseMessage> RenameAsync(IdentityApp app, string token, string name) =>
        app.SendAsync(HttpMethod.Patch, "/api/organization", JsonContent.Create(new OrganizationChange(name)), token);
}
