using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Lines;

/// <summary>Which token opens which family of routes, and what rotation does to the old one.</summary>
public sealed class LineTokenAccessTests(SharedApps apps)
{
    [Theory, EachDatabase]
    public async Task A_new_token_is_shown_once_and_kept_by_prefix_and_hash_only(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();

        using var created = await line.Workspace.PostAsync($"{line.Path}/api-token");

        var token = await created.ShouldBeJsonAsync(201);
        var secret = (string?)token["token"] ?? "";
        Assert.Equal(["token", "tokenPrefix", "lineId", "createdAt"], token.AsObject().Select(member => member.Key));
        Assert.Equal($"{line.Id}", (string?)token["lineId"]);
        Assert.Matches("^ezw_line_[0-9A-Za-z]{49}$", secret);
        Assert.StartsWith((string?)token["tokenPrefix"] ?? "?", secret, StringComparison.Ordinal);
        using var listed = await line.Workspace.GetAsync($"{line.Path}/api-tokens");
        var tokens = await listed.ShouldBeJsonAsync(200);
        Assert.Equal((string?)token["tokenPrefix"], (string?)tokens["items"]![0]!["tokenPrefix"]);
        Assert.DoesNotContain(secret, tokens.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task A_rotated_token_is_refused_at_once(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.LineInStateAsync("connected");
        var old = line.Token;
        using (var before = await line.HealthAsync())
            await before.ShouldBeJsonAsync(200);

        var next = await line.CreateTokenAsync();

        using var refused = await line.HealthAsync(token: old);
        using var unsent = await line.PostTextAsync("""{"to":"+972501234567","body":"x"}""", token: old);
        using var works = await line.HealthAsync(token: next);
        await refused.ShouldRefuseAsync(401, "unauthorized");
        await unsent.ShouldRefuseAsync(401, "unauthorized");
        await works.ShouldBeJsonAsync(200);
    }

    [Theory, EachDatabase]
    public async Task An_overlap_keeps_the_old_token_for_as_long_as_asked(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var old = line.Token;

        var next = await line.CreateTokenAsync("""{"overlapHours":24}""");

        foreach (var token in new[] { old, next })
        {
            using var works = await line.HealthAsync(token: token);
            await works.ShouldBeJsonAsync(200);
        }
        await line.CreateTokenAsync();
        foreach (var token in new[] { old, next })
        {
            using var refused = await line.HealthAsync(token: token);
            await refused.ShouldRefuseAsync(401, "unauthorized");
        }
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("25")]
    public async Task An_overlap_lasts_at_most_a_day(string hours)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();

        using var refused = await line.Workspace.PostAsync($"{line.Path}/api-token", $$"""{"overlapHours":{{hours}}}""");

        await refused.ShouldBlameAsync("overlapHours");
    }

    [Theory, EachDatabase]
    public async Task Neither_family_takes_the_tokens_of_the_other(DatabaseKind kind)
    {
        var line = await (await apps.OnAsync(kind)).Acme.CreateLineAsync();
        var http = line.Workspace.App.Http;

        using var line1 = await http.SendJsonAsync(HttpMethod.Get, line.Path, null, line.Token);
        using var line2 = await http.SendJsonAsync(HttpMethod.Post, $"{line.Path}/api-token", null, line.Token);
        using var id = await line.HealthAsync(token: line.Workspace.IdToken);

        foreach (var refused in new[] { line1, line2, id })
        {
            await refused.ShouldRefuseAsync(401, "unauthorized");
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        }
    }

    /// <summary>JWT-10: everything that is nearly a bearer token.</summary>
    public static TheoryData<string> NearlyTokens =>
    [
        "", "Bearer", "Bearer ", "Bearer x", "Basic {token}", "{token}", "Bearer {token}x", "Bearer  {token}", "Bearer {token} ,",
        "Bearer \"{token}\"",
        "Bearer {mistyped}", "Bearer {unknown}", "Bearer {lowercase}", "Bearer eyJhbGciOiJub25lIn0.e30.",
    ];

    [Theory, MemberData(nameof(NearlyTokens))]
    public async Task What_is_nearly_a_token_is_none(string header)
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();
        var mistyped = line.Token[..^1] + (line.Token[^1] == 'a' ? 'b' : 'a');
        var value = header.Replace("{token}", line.Token, StringComparison.Ordinal)
            .Replace("{mistyped}", mistyped, StringComparison.Ordinal)
            .Replace("{unknown}", Ezw.Lines.LineToken.Mint(), StringComparison.Ordinal)
            .Replace("{lowercase}", line.Token.ToUpperInvariant(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/health?wakeup=false");
        request.Headers.TryAddWithoutValidation("Authorization", value);

        using var refused = await line.Workspace.App.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await refused.ShouldRefuseAsync(401, "unauthorized");
    }

    [Fact]
    public async Task A_token_counts_in_the_one_authorization_header_only()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();
        using var twice = new HttpRequestMessage(HttpMethod.Get, "/api/v1/health?wakeup=false");
        twice.Headers.TryAddWithoutValidation("Authorization", [$"Bearer {line.Token}", $"Bearer {line.Workspace.IdToken}"]);

        using var both = await line.Workspace.App.Http.SendAsync(twice, TestContext.Current.CancellationToken);
        using var query = await line.Workspace.App.Http.SendJsonAsync(
            HttpMethod.Get, $"/api/v1/health?wakeup=false&access_token={line.Token}&token={line.Token}", null);

        await both.ShouldRefuseAsync(401, "unauthorized");
        await query.ShouldRefuseAsync(401, "unauthorized");
    }

    [Fact]
    public async Task A_stranger_is_refused_before_the_body_is_judged()
    {
        var line = await (await apps.OnAsync(DatabaseKind.Sqlite)).Acme.CreateLineAsync();

        using var refused = await line.PostTextAsync("{", token: "ezw_line_x");

        await refused.ShouldRefuseAsync(401, "unauthorized");
    }

    [Fact]
    public async Task The_login_answer_has_the_documented_members()
    {
        var acme = (await apps.OnAsync(DatabaseKind.Sqlite)).Acme;

        using var login = await acme.App.Http.SendJsonAsync(
            HttpMethod.Post, "/api/auth/login", new JsonObject { ["email"] = acme.Email, ["password"] = TestApp.Password }.ToJsonString());

        var session = await login.ShouldBeJsonAsync(200);
        Assert.Equal(
            ["idToken", "refreshToken", "expiresIn", "tokenType", "user", "organizations"],
                session.AsObject().Select(member => member.Key));
        Assert.Equal("Bearer", (string?)session["tokenType"]);
        Assert.Equal(acme.Email, (string?)session["user"]!["email"]);
        Assert.Equal("owner", (string?)session["organizations"]![0]!["role"]);
    }
}
