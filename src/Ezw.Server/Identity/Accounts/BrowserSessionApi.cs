using Ezw.Client;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ezw.Identity.Accounts;

/// <summary>
/// Sessions of browsers: the refresh token is in a cookie that scripts cannot read and that travels to these routes only, so that a script
/// which got into the page can use the session while it runs there, but cannot carry it away.
/// </summary>
internal static class BrowserSessionApi
{
    public const string CookieName = "ezw_session";
    public const string Path = "/api/auth/browser-session";

    public static async Task<Results<Ok<BrowserSession>, ProblemHttpResult>> LogIn(
        LoginRequest request, HttpContext http, GuessLimiter limiter, LoginThrottle throttle, IDirectory directory, SessionAnswers answers,
        CancellationToken cancellationToken) =>
        IsForeign(http.Request)
            ? Problems.Forbidden("Only the app itself may open its session.")
            : Keep(http, await SessionApi.Login(request, http, limiter, throttle, directory, answers, cancellationToken));

    /// <summary>204: this browser has no session, which is not an error: it is how a page begins.</summary>
    public static async Task<Results<Ok<BrowserSession>, NoContent, ProblemHttpResult>> Renew(
        HttpContext http, GuessLimiter limiter, IDirectory directory, SessionAnswers answers, CancellationToken cancellationToken)
    {
        if (IsForeign(http.Request))
            return Problems.Forbidden("Only the app itself may renew its session.");
        if (http.Request.Cookies[CookieName] is not { Length: > 0 } token)
            return TypedResults.NoContent();
        var kept = Keep(http, await SessionApi.Refresh(new RefreshRequest(token), http, limiter, directory, answers, cancellationToken));
        // What will never work again need not be sent again.
        if (kept.Result is ProblemHttpResult { StatusCode: StatusCodes.Status401Unauthorized })
            http.Response.Cookies.Delete(CookieName, Options(http.Request, null));
        return kept.Result is Ok<BrowserSession> renewed ? renewed : (ProblemHttpResult)kept.Result;
    }

    /// <summary>Without a session there is nothing to end, which is as good.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> LogOut(
        bool? everywhere, HttpContext http, IDirectory directory, CancellationToken cancellationToken)
    {
        if (IsForeign(http.Request))
            return Problems.Forbidden("Only the app itself may end its session.");
        if (http.Request.Cookies[CookieName] is { Length: > 0 } token)
            await directory.SignOutAsync(token, everywhere == true, cancellationToken);
        http.Response.Cookies.Delete(CookieName, Options(http.Request, null));
        return TypedResults.NoContent();
    }

    /// <summary>Ends every session; the only new one is this browser's.</summary>
    public static async Task<Results<Ok<BrowserSession>, ProblemHttpResult>> ChangePassword(
        PasswordChange request, Caller caller, HttpContext http, IOptions<IdentityOptions> options, LoginThrottle throttle,
        PasswordChanger changer, SessionAnswers answers, CancellationToken cancellationToken) =>
        IsForeign(http.Request)
            ? Problems.Forbidden("Only the app itself may change the password of its session.")
            : Keep(http, await PasswordApi.Change(request, caller, http, options, throttle, changer, answers, cancellationToken));

    private static Results<Ok<BrowserSession>, ProblemHttpResult> Keep(
        HttpContext http, Results<Ok<Session>, ProblemHttpResult> outcome)
    {
        if (outcome.Result is not Ok<Session> { Value: { } session })
            return (ProblemHttpResult)outcome.Result;
        http.Response.Cookies.Append(CookieName, session.RefreshToken, Options(http.Request, RefreshToken.Lifetime));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new BrowserSession(session.IdToken, session.ExpiresIn, session.User, session.Organizations));
    }

    private static CookieOptions Options(HttpRequest request, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        Secure = request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = Path,
        MaxAge = lifetime,
        IsEssential = true,
    };

    /// <summary>Browsers say where a request comes from; what does not say it is no browser and brings nobody's cookie.</summary>
    private static bool IsForeign(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site is not ["same-origin"] and not ["none"];
}
