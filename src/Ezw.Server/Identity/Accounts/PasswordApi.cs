using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ezw.Identity.Accounts;

internal static class PasswordApi
{
    /// <summary>Ends every session and answers with the only new one.</summary>
    public static async Task<Results<Ok<Session>, ProblemHttpResult>> Change(
        PasswordChange request, Caller caller, HttpContext http, IOptions<IdentityOptions> options, LoginThrottle throttle,
        PasswordChanger changer, SessionAnswers answers, CancellationToken cancellationToken)
    {
        if (options.Value.Cognito is not null)
            return IdentityProblems.PasswordElsewhere();
        var rules = new PersonRules();
        rules.Present("currentPassword", request.CurrentPassword);
        rules.Password("newPassword", request.NewPassword, caller.Email);
        if (!rules.Passed)
            return Problems.Invalid(rules.Errors);
        // The same count as the login's: a stolen token is no second way to guess.
        if (await throttle.CountAsync(caller.Email, cancellationToken) is { } wait)
            return IdentityProblems.TooManyAttempts(http.Response, wait);
        var outcome = await changer.ChangeAsync(caller.UserId, request.CurrentPassword, request.NewPassword, cancellationToken);
        if (outcome is SignIn.Accepted)
            await throttle.ForgetAsync(caller.Email, cancellationToken);
        return await answers.AnswerAsync(outcome, http.Response, IdentityProblems.WrongPassword(), cancellationToken);
    }
}

internal sealed class PasswordChanger(Database database, Passwords passwords, EmbeddedDirectory directory, TimeProvider time)
{
    private static readonly TimeSpan BusyRetry = TimeSpan.FromSeconds(5);

    public async Task<SignIn> ChangeAsync(Guid userId, string current, string next, CancellationToken cancellationToken)
    {
        var account = await FindAsync(userId, cancellationToken);
        var hash = account?.AcceptsPasswordAt(time.NowMs()) == true ? account.PasswordHash : null;
        if (await passwords.VerifyAsync(hash, current, cancellationToken) is not { } right)
            return new SignIn.Busy(BusyRetry);
        if (!right)
            return new SignIn.Refused();
        var nextHash = await passwords.HashAsync(next, cancellationToken);
        await database.WriteAsync(async db =>
        {
            await AccountStore.SetPasswordAsync(db, userId, nextHash, cancellationToken);
            await EmbeddedDirectory.EndAllAsync(db, userId, time.NowMs(), cancellationToken);
        }, cancellationToken);
        return await directory.OpenAsync(account!, cancellationToken);
    }

    private async Task<Account?> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return await AccountStore.FindAsync(db, userId, cancellationToken);
    }
}
