using System.Text;
using System.Text.Json.Nodes;
using Ezw.Client;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Ezw.Tests.Identity;

public sealed class LoggingInTests
{
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_quickstart_login_answers_with_a_session()
    {
        await using var app = await IdentityApp.StartAsync();
        var acme = await app.People.CreateOrganizationAsync("Acme", "owner@example.com", "Olga Owner", "password",
            Ending);
        using var body = new StringContent(
            """{ "email": "owner@example.com", "password": "password" }""", Encoding.UTF8, "application/json");

        using var response = await app.Http.PostAsync("/api/auth/login", body, Ending);

        var session = JsonNode.Parse(await response.Content.ReadAsStringAsync(Ending))!.AsObject();
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(["idToken", "refreshToken", "expiresIn", "tokenType", "user", "organizations"], session.Select(member => member.Key));
        Assert.Equal(3600, (int)session["expiresIn"]!);
        Assert.Equal("Bearer", (string?)session["tokenType"]);
        Assert.Equal(
            $$"""{"id":"{{acme.OwnerId}}","email":"owner@example.com","displayName":"Olga Owner"}""", session["user"]!.ToJsonString());
        Assert.Equal($$"""[{"id":"{{acme.OrganizationId}}","name":"Acme","role":"owner"}]""", session["organizations"]!.ToJsonString());
    }

    [Fact]
    public async Task The_id_token_has_the_claims_of_a_Cognito_token()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();

        var token = new JsonWebToken((await app.LoginAsync()).IdToken);

        var now = app.Time.GetUtcNow();
        Assert.Equal("RS256", token.Alg);
        Assert.NotEmpty(token.Kid);
        Assert.Equal("https://ezwhatsapp.local", token.Issuer);
        Assert.Equal("ezwhatsapp", Assert.Single(token.Audiences));
        Assert.Equal(app.Acme.OwnerId.ToString(), token.Subject);
        Assert.Equal("id", token.GetPayloadValue<string>("token_use"));
        Assert.Equal("owner@example.com", token.GetPayloadValue<string>("email"));
        Assert.True(token.GetPayloadValue<bool>("email_verified"));
        Assert.Equal(now.ToUnixTimeSeconds(), token.GetPayloadValue<long>("auth_time"));
        Assert.Equal(now.UtcDateTime, token.IssuedAt);
        Assert.Equal(now.UtcDateTime.AddMinutes(60), token.ValidTo);
        Assert.NotEmpty(token.Id);
    }

    [Fact]
    public async Task The_key_set_has_the_key_that_signed_and_no_private_part()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var token = new JsonWebToken((await app.LoginAsync()).IdToken);

        var keys = JsonNode.Parse(await app.Http.GetStringAsync("/.well-known/jwks.json", Ending))!["keys"]!.AsArray();

        var key = Assert.Single(keys)!.AsObject();
        Assert.Equal(token.Kid, (string?)key["kid"]);
        Assert.Equal(["kty", "use", "alg", "kid", "n", "e"], key.Select(member => member.Key));
    }

    [Fact]
    public async Task An_unknown_address_and_a_wrong_password_get_the_same_answer()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();

        using var wrong = await app.TryLoginAsync(IdentityApp.OwnerEmail, "not the password");
        using var unknown = await app.TryLoginAsync("nobody@example.com", "not the password");
        using var odd = await app.TryLoginAsync("no\0body", new string('x', 300));

        var sentence = await wrong.ShouldBeProblemAsync(401, "invalid_credentials");
        Assert.Equal(sentence, await unknown.ShouldBeProblemAsync(401, "invalid_credentials"));
        Assert.Equal(sentence, await odd.ShouldBeProblemAsync(401, "invalid_credentials"));
    }

    [Fact]
    public async Task The_address_is_known_in_any_case()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();

        var session = await app.LoginAsync(" Owner@Example.COM ");

        Assert.Equal(IdentityApp.OwnerEmail, session.User.Email);
    }

    [Fact]
    public async Task A_disabled_person_is_refused_like_a_stranger()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await app.AlterAsync($"update user_account set disabled_at = {1L}");

        using var response = await app.TryLoginAsync(IdentityApp.OwnerEmail, IdentityApp.OwnerPassword);

        await response.ShouldBeProblemAsync(401, "invalid_credentials");
    }

    [Fact]
    public async Task Me_tells_the_person_the_organizations_and_the_role()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var session = await app.LoginAsync();

        var me = await (await app.GetAsync("/api/auth/me", session.IdToken)).ShouldBeAsync<Me>(200);

        Assert.Equal(session.User, me.User);
        Assert.Equal("owner", me.Role);
        Assert.Equal(app.Acme.OrganizationId, me.OrganizationId);
        Assert.Equal("Acme", Assert.Single(me.Organizations).Name);
    }

    [Fact]
    public async Task Neither_password_nor_refresh_token_lies_in_the_data_folder()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var session = await app.LoginAsync();

        var stored = string.Concat(Directory.GetFiles(app.Folder, "ezwhatsapp.db*").Select(ReadShared));

        Assert.Contains(IdentityApp.OwnerEmail, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(IdentityApp.OwnerPassword, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(session.RefreshToken, stored, StringComparison.Ordinal);
    }

    private static string ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
