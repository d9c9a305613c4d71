using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity.Accounts;

/// <summary>Login, refresh, logout, and who am I.</summary>
internal static class SessionApi
{
    public static async Task<Results<Ok<Session>, ProblemHttpResult>> Login(
        LoginRequest request, HttpContext http, GuessLimiter limiter, LoginThrottle throttle, IDirectory directory, SessionAnswers answers,
        CancellationToken cancellationToken)
    {
        var rules = new PersonRules();
        rules.Present("email", request.Email);
        rules.Present("password", request.Password);
        if (!rules.Passed)
            return Problems.Invalid(rules.Errors);
        if (!limiter.Admits(http))
            return IdentityProblems.TooManyAttempts(http.Response, GuessLimiter.Window);
        var email = PersonRules.Normalize(request.Email);
        var throttled = email ?? request.Email;
        if (await throttle.CountAsync(throttled, cancellationToken) is { } wait)
            return IdentityProblems.TooManyAttempts(http.Response, wait);
        var outcome = await directory.SignInAsync(email, request.Password, cancellationToken);
        // Nothing was guessed wrong: the password was right, or nobody looked at it.
        if (outcome is SignIn.Accepted or SignIn.Challenged or SignIn.NoAccount or SignIn.Unreachable)
            await throttle.ForgetAsync(throttled, cancellationToken);
        return await answers.AnswerAsync(outcome, http.Response, IdentityProblems.InvalidCredentials(), cancellationToken);
    }

    public static async Task<Results<Ok<Session>, ProblemHttpResult>> Refresh(
        RefreshRequest request, HttpContext http, GuessLimiter limiter, IDirectory directory, SessionAnswers answers,
        CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.RefreshToken))
            return Problems.Invalid("refreshToken", "refreshToken is required.");
        if (!limiter.Admits(http))
            return IdentityProblems.TooManyAttempts(http.Response, GuessLimiter.Window);
        var outcome = await directory.RefreshAsync(request.RefreshToken, cancellationToken);
        return await answers.AnswerAsync(outcome, http.Response, IdentityProblems.InvalidRefreshToken(), cancellationToken);
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Logout(
        LogoutRequest request, IDirectory directory, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(request.RefreshToken))
            return Problems.Invalid("refreshToken", "refreshToken is required.");
        await directory.SignOutAsync(request.RefreshToken, request.Everywhere, cancellationToken);
        return TypedResults.NoContent();
    }

    public static async Task<Results<Ok<Me>, ProblemHttpResult>> WhoAmI(
        Caller caller, Database database, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        if (await AccountStore.FindAsync(db, caller.UserId, cancellationToken) is not { } account)
            return Problems.Unauthorized();
        var organizations = await AccountStore.OrganizationsAsync(db, caller.UserId, cancellationToken);
        return TypedResults.Ok(new Me(
            new Person(account.Id, account.Email, account.DisplayName), organizations, caller.OrganizationId, caller.Role.Name()));
    }
}
