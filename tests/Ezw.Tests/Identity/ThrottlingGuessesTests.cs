using System.Globalization;
using Ezw.Identity.Accounts;

namespace Ezw.Tests.Identity;

public sealed class ThrottlingGuessesTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(14, 512)]
    [InlineData(15, 900)]
    [InlineData(1_000_000, 900)]
    public void The_wait_doubles_up_to_a_quarter_of_an_hour(long failures, double seconds) =>
        Assert.Equal(seconds, LoginThrottle.BlockAfter(failures).TotalSeconds);

    [Fact]
    public async Task The_sixth_guess_must_wait_and_is_not_even_looked_at()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await GuessAsync(app, LoginThrottle.FreeTries);

        using var response = await app.TryLoginAsync(IdentityApp.OwnerEmail, IdentityApp.OwnerPassword);

        await response.ShouldBeProblemAsync(429, "too_many_attempts");
        Assert.Equal("1", response.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public async Task After_the_wait_the_right_password_clears_the_count()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await GuessAsync(app, LoginThrottle.FreeTries);
        app.Time.Advance(LoginThrottle.FirstBlock);

        await app.LoginAsync();

        await GuessAsync(app, LoginThrottle.FreeTries);
    }

    [Fact]
    public async Task An_address_without_account_is_throttled_alike()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        await GuessAsync(app, LoginThrottle.FreeTries, "nobody@example.com");

        using var response = await app.TryLoginAsync("nobody@example.com", "guess");

        await response.ShouldBeProblemAsync(429, "too_many_attempts");
    }

    [Fact]
    public async Task A_restart_gives_no_fresh_tries()
    {
        var folder = Directory.CreateTempSubdirectory("ezw-throttle-").FullName;
        var first = await IdentityApp.StartOnAsync(folder, null);
        await GuessAsync(first, LoginThrottle.FreeTries);
        var time = first.Time;
        await first.DisposeAsync();

        await using (var second = await IdentityApp.StartOnAsync(folder, time))
        {
            using var response = await second.TryLoginAsync(IdentityApp.OwnerEmail, "guess");

            await response.ShouldBeProblemAsync(429, "too_many_attempts");
        }
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Guesses_at_the_same_moment_gain_nothing()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => app.TryLoginAsync(IdentityApp.OwnerEmail, "guess")));

        Assert.Equal(LoginThrottle.FreeTries, answers.Count(answer => (int)answer.StatusCode == 401));
        Assert.Equal(12 - LoginThrottle.FreeTries, answers.Count(answer => (int)answer.StatusCode == 429));
    }

    [Fact]
    public async Task One_client_may_try_only_so_many_addresses()
    {
        await using var app = await IdentityApp.StartWithOwnerAsync();
        var last = 200;
        for (var guess = 0; guess < 61; guess++)
        {
            using var response = await app.RefreshAsync("no such token");
            last = (int)response.StatusCode;
            Assert.Equal(guess < 60 ? 401 : 429, last);
        }

        using var login = await app.TryLoginAsync(string.Create(CultureInfo.InvariantCulture, $"a{last}@example.com"), "guess");

        await login.ShouldBeProblemAsync(429, "too_many_attempts");
    }

    private static async Task GuessAsync(IdentityApp app, int times, string email = IdentityApp.OwnerEmail)
    {
        for (var guess = 0; guess < times; guess++)
        {
            using var response = await app.TryLoginAsync(email, "guess");
            await response.ShouldBeProblemAsync(401, "invalid_credentials");
        }
    }
}
