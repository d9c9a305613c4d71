using System.Net.Http.Headers;
using System.Net.Http.Json;
using Ezw.Client;
using Ezw.Identity.Accounts;

namespace Ezw.Tests.Identity;

public sealed class ChangingThePasswordTests
{
    private const string Next = "another good password";

    [Fact]
    public async Task A_change_ends_every_other_session_and_opens_one()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var (here, elsewhere) = (await app.LoginAsync(), await app.LoginAsync());
        app.Time.Advance(TimeSpan.FromSeconds(2));

        var session = await (await ChangeAsync(app, here, IdentityApp.OwnerPassword, Next)).ShouldBeAsync<Session>(200);

        Assert.Equal(200, await app.StatusOfMeAsync(session.IdToken));
        Assert.Equal(401, await app.StatusOfMeAsync(elsewhere.IdToken));
        await (await app.RefreshAsync(elsewhere.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
        await (await app.TryLoginAsync(IdentityApp.OwnerEmail, IdentityApp.OwnerPassword)).ShouldBeProblemAsync(401, "invalid_credentials");
        await app.LoginAsync(password: Next);
    }

    [Fact]
    public async Task A_browser_goes_on_with_its_cookie_after_a_change_and_is_the_only_one()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var (here, elsewhere) = (await app.LoginAsync(), await app.LoginAsync());
        app.Time.Advance(TimeSpan.FromSeconds(2));

        using var changed = await app.PostAsync(
            "/api/auth/browser-session/password", new PasswordChange(IdentityApp.OwnerPassword, Next), here.IdToken);

        var answer = await changed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("refreshToken", answer, StringComparison.Ordinal);
        var session = await changed.ShouldBeAsync<BrowserSession>(200);
        Assert.Equal(200, await app.StatusOfMeAsync(session.IdToken));
        Assert.Equal(401, await app.StatusOfMeAsync(elsewhere.IdToken));
        var cookie = Assert.Single(changed.Headers.GetValues("Set-Cookie")).Split(';')[0];
        using var renewal = new HttpRequestMessage(HttpMethod.Post, "/api/auth/browser-session/renewal");
        renewal.Headers.Add("Cookie", cookie);
        using var renewed = await app.Http.SendAsync(renewal, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)renewed.StatusCode);
    }

    [Fact]
    public async Task Another_site_cannot_change_the_password_of_a_browser()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var session = await app.LoginAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/auth/browser-session/password")
        {
            Content = JsonContent.Create(new PasswordChange(IdentityApp.OwnerPassword, Next)),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session.IdToken);
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using var refused = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await refused.ShouldBeProblemAsync(403, "forbidden");
        await app.LoginAsync();
    }

    [Fact]
    public async Task A_wrong_current_password_is_refused_and_counted_like_a_guess()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var session = await app.LoginAsync();
        for (var guess = 0; guess < LoginThrottle.FreeTries; guess++)
            await (await ChangeAsync(app, session, "guess", Next)).ShouldBeProblemAsync(403, "wrong_password");

        await (await ChangeAsync(app, session, IdentityApp.OwnerPassword, Next)).ShouldBeProblemAsync(429, "too_many_attempts");
    }

    [Theory]
    [InlineData("short")]
    [InlineData("owner@example.com")]
    [InlineData("OWNER@example.com")]
    public async Task A_weak_new_password_is_refused(string next)
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var session = await app.LoginAsync();

        await (await ChangeAsync(app, session, IdentityApp.OwnerPassword, next)).ShouldBeProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task A_password_of_257_characters_is_refused()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var session = await app.LoginAsync();

        using var answer = await ChangeAsync(app, session, IdentityApp.OwnerPassword, new string('x', 257));

        await answer.ShouldBeProblemAsync(400, "invalid_request");
    }

    private static Task<HttpResponseMessage> ChangeAsync(IdentityApp app, Session session, string current, string next) =>
        app.PostAsync("/api/auth/password", new PasswordChange(current, next), session.IdToken);
}
