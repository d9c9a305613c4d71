using System.Net;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Identity;

/// <summary>Sessions whose refresh token is in a cookie.</summary>
public sealed class BrowserSessionTests(SharedApps apps)
{
    private const string Path = "/api/auth/browser-session";

    [Theory, EachDatabase]
    public async Task A_session_is_opened_renewed_and_ended_by_a_cookie_that_scripts_cannot_read(DatabaseKind kind)
    {
        var (app, acme, _, _) = await apps.OnAsync(kind);
        using var opened = await LogInAsync(app, acme.Email);
        var session = await opened.ShouldBeJsonAsync(200);
        Assert.Null(session["refreshToken"]);
        Assert.Equal(acme.Email, (string?)session["user"]!["email"]);
        var cookie = Assert.Single(opened.Headers.GetValues("Set-Cookie"));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"path={Path}", cookie, StringComparison.OrdinalIgnoreCase);

        using var renewed = await SendAsync(app, HttpMethod.Post, $"{Path}/renewal", Value(cookie));
        var token = (string?)(await renewed.ShouldBeJsonAsync(200))["idToken"];
        using var me = await app.Http.SendJsonAsync(HttpMethod.Get, "/api/auth/me", null, token);
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
        var next = Value(Assert.Single(renewed.Headers.GetValues("Set-Cookie")));
        Assert.NotEqual(Value(cookie), next);

        using var ended = await SendAsync(app, HttpMethod.Delete, Path, next);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        using var over = await SendAsync(app, HttpMethod.Post, $"{Path}/renewal", next);
        await over.ShouldBeProblemAsync(401, "invalid_refresh_token");
        Assert.Contains("ezw_session=;", Assert.Single(over.Headers.GetValues("Set-Cookie")), StringComparison.Ordinal);
    }

    [Theory, EachDatabase]
    public async Task Without_a_session_there_is_nothing_to_renew_and_that_is_no_error(DatabaseKind kind)
    {
        var (app, _, _, _) = await apps.OnAsync(kind);
        using var nothing = await SendAsync(app, HttpMethod.Post, $"{Path}/renewal", null);
        Assert.Equal(HttpStatusCode.NoContent, nothing.StatusCode);
        using var ended = await SendAsync(app, HttpMethod.Delete, Path, null);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Another_site_cannot_use_the_session(string site)
    {
        var (app, acme, _, _) = await apps.OnAsync(DatabaseKind.Sqlite);
        using var opened = await LogInAsync(app, acme.Email);
        var cookie = Value(Assert.Single(opened.Headers.GetValues("Set-Cookie")));
        using var renewed = await SendAsync(app, HttpMethod.Post, $"{Path}/renewal", cookie, site);
        await renewed.ShouldBeProblemAsync(403, "forbidden");
        using var ended = await SendAsync(app, HttpMethod.Delete, Path, cookie, site);
        await ended.ShouldBeProblemAsync(403, "forbidden");
        using var still = await SendAsync(app, HttpMethod.Post, $"{Path}/renewal", cookie, "same-origin");
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private static Task<HttpResponseMessage> LogInAsync(TestApp app, string email) =>
        app.Http.SendJsonAsync(HttpMethod.Post, Path, $$"""{"email":"{{email}}","password":"{{TestApp.Password}}"}""");

    private static async Task<HttpResponseMessage> SendAsync(
        TestApp app, HttpMethod method, string path, string? cookie, string? site = null)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = app.Address };
        using var request = new HttpRequestMessage(method, path);
        if (cookie is not null)
            request.Headers.Add("Cookie", $"ezw_session={cookie}");
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        return await http.SendAsync(request);
    }

    private static string Value(string cookie) => cookie.Split(';')[0].Split('=', 2)[1];
}
