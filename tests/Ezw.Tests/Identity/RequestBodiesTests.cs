using System.Text;

namespace Ezw.Tests.Identity;

/// <summary>What the framework finds wrong with a request is answered as a problem, on every route alike.</summary>
public sealed class RequestBodiesTests
{
    [Theory]
    [InlineData("""{"email":"a@example.com","password":"x","admin":true}""")]
    [InlineData("""{"email":"a@example.com","password":""")]
    [InlineData("""{"email":["a@example.com"],"password":"x"}""")]
    [InlineData("""{"email":"\ud800","password":"x"}""")]
    [InlineData("""{"email":"a@example.com"}""")]
    [InlineData("null")]
    [InlineData("")]
    public async Task A_body_that_is_not_the_routes_JSON_is_the_callers_mistake(string body)
    {
        await using var app = await IdentityApp.StartAsync();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await app.SendAsync(HttpMethod.Post, "/api/auth/login", content, token: null);

        var sentence = await response.ShouldBeProblemAsync(400, "invalid_request");
        Assert.DoesNotContain("Ezw.", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_type_is_415()
    {
        await using var app = await IdentityApp.StartAsync();
        using var content = new StringContent("email=a", Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await app.SendAsync(HttpMethod.Post, "/api/auth/login", content, token: null);

        await response.ShouldBeProblemAsync(415, "unsupported_media_type");
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_413()
    {
        await using var app = await IdentityApp.StartAsync();
        var body = $$"""{"email":"a@example.com","password":"{{new string('x', 20_000)}}"}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var response = await app.SendAsync(HttpMethod.Post, "/api/auth/login", content, token: null);

        await response.ShouldBeProblemAsync(413, "payload_too_large");
    }

    [Fact]
    public async Task Unknown_routes_and_methods_are_problems_too()
    {
        await using var app = await IdentityApp.StartAsync();

        using var unknown = await app.GetAsync("/api/nothing");
        using var method = await app.GetAsync("/api/auth/login");

        await unknown.ShouldBeProblemAsync(404, "not_found");
        await method.ShouldBeProblemAsync(405, "method_not_allowed");
    }

    [Fact]
    public async Task A_bug_is_a_500_that_tells_nothing_and_storage_that_is_away_a_503_to_repeat()
    {
        await using var app = await IdentityApp.StartAsync();

        using var bug = await app.GetAsync("/bug");
        using var away = await app.GetAsync("/away");

        var sentence = await bug.ShouldBeProblemAsync(500, "internal_error");
        Assert.DoesNotContain("secret", sentence, StringComparison.Ordinal);
        await away.ShouldBeProblemAsync(503, "storage_unavailable");
        Assert.Equal("1", away.Headers.RetryAfter?.ToString());
    }
}
