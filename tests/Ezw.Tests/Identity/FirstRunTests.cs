using Ezw.Client;
using Ezw.Identity;

namespace Ezw.Tests.Identity;

public sealed class FirstRunTests
{
    [Fact]
    public async Task The_link_on_the_console_creates_the_owner_once()
    {
        await using var app = await IdentityApp.StartAsync();
        var request = Request(TokenOn(app));

        var session = await (await app.PostAsync("/api/setup", request)).ShouldBeAsync<Session>(201);

        Assert.Equal(("Acme", "owner"), (session.Organizations[0].Name, session.Organizations[0].Role));
        Assert.Equal(200, await app.StatusOfMeAsync(session.IdToken));
        await app.LoginAsync(request.Email, request.Password);
        await (await app.PostAsync("/api/setup", request)).ShouldBeProblemAsync(403, "setup_link_invalid");
    }

    [Fact]
    public async Task Of_two_who_use_the_link_at_once_one_becomes_owner()
    {
        await using var app = await IdentityApp.StartAsync();
        var request = Request(TokenOn(app));

        var answers = await Task.WhenAll(
            app.PostAsync("/api/setup", request), app.PostAsync("/api/setup", request with { Email = "eve@example.com" }));

        Assert.Equal([201, 403], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Fact]
    public async Task The_link_names_the_address_that_the_server_listens_on()
    {
        await using var app = await IdentityApp.StartAsync();

        Assert.Contains($"{app.Http.BaseAddress}setup?token=", app.Console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_link_works_for_a_day()
    {
        await using var app = await IdentityApp.StartAsync();
        app.Time.Advance(TimeSpan.FromHours(24));

        using var answer = await app.PostAsync("/api/setup", Request(TokenOn(app)));

        await answer.ShouldBeProblemAsync(403, "setup_link_invalid");
    }

    [Fact]
    public async Task A_new_start_voids_the_older_link_and_a_server_with_people_shows_none()
    {
        var folder = Directory.CreateTempSubdirectory("ezw-setup-").FullName;
        var first = await IdentityApp.StartOnAsync(folder, null);
        await first.DisposeAsync();
        await using (var second = await IdentityApp.StartOnAsync(folder, first.Time))
        {
            await (await second.PostAsync("/api/setup", Request(TokenOn(first)))).ShouldBeProblemAsync(403, "setup_link_invalid");
            await (await second.PostAsync("/api/setup", Request(TokenOn(second)))).ShouldBeAsync<Session>(201);
        }

        await using (var third = await IdentityApp.StartOnAsync(folder, first.Time))
        {
            Assert.Empty(third.Console.ToString());
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task What_is_wrong_with_the_form_is_said_member_by_member()
    {
        await using var app = await IdentityApp.StartAsync();

        using var answer = await app.PostAsync("/api/setup", new SetupRequest(TokenOn(app), "", "", "nobody", "short"));

        var sentence = await answer.ShouldBeProblemAsync(400, "invalid_request");
        Assert.All(
            ["organizationName", "displayName", "email", "password"],
            member => Assert.Contains(member, sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_runs_only_its_own_script_and_is_not_kept()
    {
        await using var app = await IdentityApp.StartAsync();

        using var page = await app.GetAsync("/setup?token=x");

        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        var nonce = policy.Split("script-src 'nonce-")[1].Split('\'')[0];
        Assert.StartsWith("default-src 'none';", policy, StringComparison.Ordinal);
        Assert.Contains($"<script nonce=\"{nonce}\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("{nonce}", html, StringComparison.Ordinal);
        Assert.True(page.Headers.CacheControl?.NoStore);
        Assert.Equal("no-referrer", page.Headers.GetValues("Referrer-Policy").Single());
    }

    [Theory]
    [InlineData(true, "http://127.0.0.1:3010")]
    [InlineData(true, "http://localhost:3010", "https://[::1]:3011")]
    [InlineData(true, "http://127.0.0.1:3010;http://127.1.2.3:80")]
    [InlineData(false, "http://0.0.0.0:3010")]
    [InlineData(false, "http://*:3010")]
    [InlineData(false, "http://+:3010")]
    [InlineData(false, "http://[::]:3010")]
    [InlineData(false, "http://192.168.1.5:3010")]
    [InlineData(false, "http://localhost.example.com:3010")]
    [InlineData(false, "http://127.0.0.1:3010;http://0.0.0.0:3011")]
    [InlineData(false, "127.0.0.1")]
    [InlineData(false, "")]
    [InlineData(false)]
    public void The_demo_is_for_this_machine_only(bool allowed, params string[] urls) =>
        Assert.Equal(allowed, DemoGuard.IsLoopbackOnly(urls));

    private static SetupRequest Request(string token) => new(token, "Acme", "Olga Owner", "olga@example.com", "a good long password");

    private static string TokenOn(IdentityApp app) => app.Console.ToString().Trim().Split("token=")[1];
}
