using System.Text.Json.Nodes;
using Ezw.Client;
using Ezw.Identity;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Ezw.Tests.Identity;

/// <summary>Logins through the emulator of Cognito. It stamps tokens with the real time, so the server's clock starts there.</summary>
public sealed class CognitoTests
{
    private const string Password = "Correct-horse-1";

    [Fact]
    public async Task A_login_is_passed_on_and_its_token_opens_the_workspace()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("amy@example.com", Password);
        var acme = await OrganizationAsync(app, "amy@example.com");

        var session = await app.LoginAsync("amy@example.com", Password);

        Assert.Equal(cognito.Issuer, new JsonWebToken(session.IdToken).Issuer);
        Assert.Equal((acme.OwnerId, "Bearer"), (session.User.Id, session.TokenType));
        Assert.Equal("owner", Assert.Single(session.Organizations).Role);
        Assert.Equal(200, await app.StatusOfMeAsync(session.IdToken));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_person_get_the_same_answer()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("bea@example.com", Password);
        await OrganizationAsync(app, "bea@example.com");

        using var wrong = await app.TryLoginAsync("bea@example.com", "Wrong-horse-1");
        using var unknown = await app.TryLoginAsync("nobody@example.com", "Wrong-horse-1");

        Assert.Equal(
            await wrong.ShouldBeProblemAsync(401, "invalid_credentials"), await unknown.ShouldBeProblemAsync(401, "invalid_credentials"));
    }

    [Fact]
    public async Task A_refresh_keeps_the_refresh_token_and_gives_an_id_token()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("cleo@example.com", Password);
        await OrganizationAsync(app, "cleo@example.com");
        var session = await app.LoginAsync("cleo@example.com", Password);

        var next = await (await app.RefreshAsync(session.RefreshToken)).ShouldBeAsync<Session>(200);

        Assert.Equal(session.RefreshToken, next.RefreshToken);
        Assert.Equal(200, await app.StatusOfMeAsync(next.IdToken));
        await (await app.RefreshAsync("no such token")).ShouldBeProblemAsync(401, "invalid_refresh_token");
    }

    [Fact]
    public async Task A_logout_revokes_the_refresh_token()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("dora@example.com", Password);
        await OrganizationAsync(app, "dora@example.com");
        var session = await app.LoginAsync("dora@example.com", Password);

        using var answer = await app.PostAsync("/api/auth/logout", new LogoutRequest(session.RefreshToken));

        Assert.Equal(204, (int)answer.StatusCode);
        await (await app.RefreshAsync(session.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
    }

    [Fact]
    public async Task Somebody_without_an_account_here_is_told_so()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("eve@example.com", Password);

        using var login = await app.TryLoginAsync("eve@example.com", Password);
        using var route = await app.GetAsync("/api/auth/me", await IdTokenAsync(cognito, "eve@example.com"));

        await login.ShouldBeProblemAsync(403, "no_membership");
        await route.ShouldBeProblemAsync(403, "no_membership");
    }

    [Fact]
    public async Task JWT_09_an_unverified_address_does_not_open_the_account_of_that_address()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await OrganizationAsync(app, "fay@example.com");
        await CreateAsync(cognito, "fay@example.com", verified: false, permanent: true);

        using var login = await app.TryLoginAsync("fay@example.com", Password);

        await login.ShouldBeProblemAsync(403, "no_membership");
    }

    [Fact]
    public async Task JWT_09_an_account_stays_with_the_subject_that_took_it_first()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("gina@example.com", Password);
        await OrganizationAsync(app, "gina@example.com");
        await app.LoginAsync("gina@example.com", Password);
        await app.AlterAsync($"update user_account set external_subject = 'another subject'");

        using var login = await app.TryLoginAsync("gina@example.com", Password);

        await login.ShouldBeProblemAsync(403, "no_membership");
    }

    [Fact]
    public async Task A_challenge_is_finished_with_Cognito_and_not_here()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await OrganizationAsync(app, "hamy@example.com");
        await CreateAsync(cognito, "hamy@example.com", verified: true, permanent: false);

        using var login = await app.TryLoginAsync("hamy@example.com", Password);

        await login.ShouldBeProblemAsync(403, "challenge_required");
    }

    [Fact]
    public async Task JWT_05_an_access_token_and_a_token_of_another_client_are_refused()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("ida@example.com", Password);
        await OrganizationAsync(app, "ida@example.com");
        var client = await cognito.CallAsync("CreateUserPoolClient", new()
        {
            ["UserPoolId"] = cognito.PoolId,
            ["ClientName"] = "another",
            ["ExplicitAuthFlows"] = new JsonArray("ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        });

        var access = await TokenAsync(cognito, "ida@example.com", cognito.ClientId, "AccessToken");
        var foreign = await TokenAsync(cognito, "ida@example.com", client["UserPoolClient"]!["ClientId"]!.GetValue<string>(), "IdToken");

        Assert.Equal(401, await app.StatusOfMeAsync(access));
        Assert.Equal(401, await app.StatusOfMeAsync(foreign));
    }

    [Fact]
    public async Task Nothing_signs_here_and_passwords_are_changed_there()
    {
        var (cognito, app) = await StartAsync();
        await using var server = app;
        await cognito.AddUserAsync("jamy@example.com", Password);
        await OrganizationAsync(app, "jamy@example.com");
        var token = (await app.LoginAsync("jamy@example.com", Password)).IdToken;

        var keys = await (await app.GetAsync("/.well-known/jwks.json")).ShouldBeAsync<PublicKeySet>(200);
        using var change = await app.PostAsync("/api/auth/password", new PasswordChange(Password, "another good password"), token);

        Assert.Empty(keys.Keys);
        Assert.Empty(app.Console.ToString());
        await change.ShouldBeProblemAsync(409, "password_elsewhere");
    }

    [Fact]
    public async Task When_Cognito_is_away_logins_say_so_and_known_tokens_go_on()
    {
        Prerequisite.Cognito();
        var cognito = await CognitoEmulator.StartAsync();
        await using var app = await StartOnAsync(cognito);
        await cognito.AddUserAsync("kim@example.com", Password);
        await OrganizationAsync(app, "kim@example.com");
        var session = await app.LoginAsync("kim@example.com", Password);
        await cognito.DisposeAsync();

        await (await app.TryLoginAsync("kim@example.com", Password)).ShouldBeProblemAsync(503, "directory_unavailable");
        await (await app.RefreshAsync(session.RefreshToken)).ShouldBeProblemAsync(503, "directory_unavailable");
        Assert.Equal(200, await app.StatusOfMeAsync(session.IdToken));
    }

    [Fact]
    public async Task All_mistakes_in_the_settings_are_told_at_once()
    {
        var failure = await Assert.ThrowsAsync<Microsoft.Extensions.Options.OptionsValidationException>(() => IdentityApp.StartAsync(
            "Ezw:Identity:Issuer=nowhere", "Ezw:Identity:Audience=",
            "Ezw:Identity:Cognito:Region=", "Ezw:Identity:Cognito:Endpoint=ftp://x"));

        Assert.Equal(5, failure.Failures.Count());
    }

    private static async Task<(CognitoEmulator Cognito, IdentityApp App)> StartAsync()
    {
        Prerequisite.Cognito();
        var cognito = await CognitoEmulator.SharedAsync();
        return (cognito, await StartOnAsync(cognito));
    }

    private static Task<IdentityApp> StartOnAsync(CognitoEmulator cognito) => IdentityApp.StartOnAsync(
        null, new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
        $"Ezw:Identity:Cognito:Endpoint={cognito.Endpoint}", $"Ezw:Identity:Cognito:UserPoolId={cognito.PoolId}",
        $"Ezw:Identity:Cognito:ClientId={cognito.ClientId}");

    private static Task<NewOrganization> OrganizationAsync(IdentityApp app, string email) =>
        app.People.CreateOrganizationAsync("Acme", email, "Somebody", "kept elsewhere now", TestContext.Current.CancellationToken);

    private static async Task CreateAsync(CognitoEmulator cognito, string email, bool verified, bool permanent)
    {
        var attributes = new JsonArray(new JsonObject { ["Name"] = "email", ["Value"] = email });
        if (verified)
            attributes.Add(new JsonObject { ["Name"] = "email_verified", ["Value"] = "true" });
        await cognito.CallAsync("AdminCreateUser", new()
        {
            ["UserPoolId"] = cognito.PoolId,
            ["Username"] = email,
            ["TemporaryPassword"] = Password,
            ["MessageAction"] = "SUPPRESS",
            ["UserAttributes"] = attributes,
        });
        if (permanent)
            await cognito.CallAsync("AdminSetUserPassword", new()
            {
                ["UserPoolId"] = cognito.PoolId,
                ["Username"] = email,
                ["Password"] = Password,
                ["Permanent"] = true,
            });
    }

    private static Task<string> IdTokenAsync(CognitoEmulator cognito, string email) =>
        TokenAsync(cognito, email, cognito.ClientId, "IdToken");

    private static async Task<string> TokenAsync(CognitoEmulator cognito, string email, string clientId, string kind)
    {
        var answer = await cognito.CallAsync("InitiateAuth", new()
        {
            ["AuthFlow"] = "USER_PASSWORD_AUTH",
            ["ClientId"] = clientId,
            ["AuthParameters"] = new JsonObject { ["USERNAME"] = email, ["PASSWORD"] = Password },
        });
        return answer["AuthenticationResult"]![kind]!.GetValue<string>();
    }
}
