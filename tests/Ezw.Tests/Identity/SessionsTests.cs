using Ezw.Client;
using Ezw.Identity.Accounts;

namespace Ezw.Tests.Identity;

public sealed class SessionsTests
{
    [Fact]
    public async Task A_refresh_gives_new_tokens_and_keeps_the_time_of_the_login()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var login = await app.LoginAsync();
        var loggedInAt = app.Time.GetUtcNow().ToUnixTimeSeconds();
        app.Time.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(401, await app.StatusOfMeAsync(login.IdToken));

        var next = await (await app.RefreshAsync(login.RefreshToken)).ShouldBeAsync<Session>(200);

        Assert.NotEqual(login.RefreshToken, next.RefreshToken);
        Assert.Equal(200, await app.StatusOfMeAsync(next.IdToken));
        Assert.Equal(loggedInAt, new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(next.IdToken).GetPayloadValue<long>("auth_time"));
    }

    [Fact]
    public async Task A_spent_token_that_comes_back_ends_the_family()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var login = await app.LoginAsync();
        var next = await (await app.RefreshAsync(login.RefreshToken)).ShouldBeAsync<Session>(200);
        var other = await app.LoginAsync();
        app.Time.Advance(RefreshToken.Grace + TimeSpan.FromSeconds(1));

        await (await app.RefreshAsync(login.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");

        await (await app.RefreshAsync(next.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
        await (await app.RefreshAsync(other.RefreshToken)).ShouldBeAsync<Session>(200);
    }

    [Fact]
    public async Task Two_tabs_that_refresh_at_once_both_go_on()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var login = await app.LoginAsync();

        var tabs = await Task.WhenAll(app.RefreshAsync(login.RefreshToken), app.RefreshAsync(login.RefreshToken));

        foreach (var tab in tabs)
        {
            var session = await tab.ShouldBeAsync<Session>(200);
            await (await app.RefreshAsync(session.RefreshToken)).ShouldBeAsync<Session>(200);
        }
    }

    [Fact]
    public async Task A_family_ends_thirty_days_after_the_login_however_often_it_is_refreshed()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var token = (await app.LoginAsync()).RefreshToken;
        for (var week = 0; week < 4; week++)
        {
            app.Time.Advance(TimeSpan.FromDays(7));
            token = (await (await app.RefreshAsync(token)).ShouldBeAsync<Session>(200)).RefreshToken;
        }
        app.Time.Advance(TimeSpan.FromDays(2));

        await (await app.RefreshAsync(token)).ShouldBeProblemAsync(401, "invalid_refresh_token");
    }

    [Fact]
    public async Task Logout_ends_one_login_and_leaves_the_others()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var (phone, desk) = (await app.LoginAsync(), await app.LoginAsync());

        using var answer = await app.PostAsync("/api/auth/logout", new LogoutRequest(phone.RefreshToken));

        Assert.Equal(204, (int)answer.StatusCode);
        await (await app.RefreshAsync(phone.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
        await (await app.RefreshAsync(desk.RefreshToken)).ShouldBeAsync<Session>(200);
    }

    [Fact]
    public async Task Logout_everywhere_ends_all_logins_and_their_id_tokens()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var (phone, desk) = (await app.LoginAsync(), await app.LoginAsync());
        app.Time.Advance(TimeSpan.FromSeconds(2));

        using var answer = await app.PostAsync("/api/auth/logout", new LogoutRequest(phone.RefreshToken, Everywhere: true));

        Assert.Equal(204, (int)answer.StatusCode);
        await (await app.RefreshAsync(desk.RefreshToken)).ShouldBeProblemAsync(401, "invalid_refresh_token");
        Assert.Equal(401, await app.StatusOfMeAsync(desk.IdToken));
        Assert.Equal(200, await app.StatusOfMeAsync((await app.LoginAsync()).IdToken));
    }

    [Fact]
    public async Task Logout_with_an_unknown_token_is_nothing_to_complain_about()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();

        using var answer = await app.PostAsync("/api/auth/logout", new LogoutRequest("no such token"));

        Assert.Equal(204, (int)answer.StatusCode);
    }

    [Fact]
    public async Task What_time_has_made_worthless_is_swept()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await app.LoginAsync();
        using var failed = await app.TryLoginAsync("nobody@example.com", "guess");
        app.Time.Advance(RefreshToken.Lifetime + TimeSpan.FromHours(1));

        await app.Part<IdentitySweeper>().SweepAsync(TestContext.Current.CancellationToken);

        await using var db = await app.Part<Ezw.Foundation.Storage.Database>().ReadAsync(TestContext.Current.CancellationToken);
        var rows = await db.QueryAsync(
            $"select (select count(*) from refresh_token) + (select count(*) from login_throttle) + (select count(*) from setup_link)",
            row => row.GetInt64(0), TestContext.Current.CancellationToken);
        Assert.Equal([0L], rows);
    }
}
