using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity.Setup;

internal static class SetupApi
{
    public static async Task<Results<Created<Session>, ProblemHttpResult>> Create(
        SetupRequest request, HttpContext http, GuessLimiter limiter, FirstOwner firstOwner, SessionAnswers answers,
        CancellationToken cancellationToken)
    {
        if (!limiter.Admits(http))
            return IdentityProblems.TooManyAttempts(http.Response, GuessLimiter.Window);
        var rules = new PersonRules();
        rules.Present("token", request.Token);
        rules.Name("organizationName", request.OrganizationName);
        rules.Name("displayName", request.DisplayName);
        rules.Email(request.Email);
        rules.Password("password", request.Password, request.Email);
        if (!rules.Passed)
            return Problems.Invalid(rules.Errors);
        return await firstOwner.CreateAsync(request, cancellationToken) is { } accepted
            ? TypedResults.Created("/api/auth/me", await answers.SessionAsync(accepted, cancellationToken))
            : IdentityProblems.SetupLinkInvalid();
    }
}

/// <summary>Spends the setup link and makes the owner in one transaction, then opens their session.</summary>
internal sealed class FirstOwner(Database database, People people, EmbeddedDirectory directory, TimeProvider time)
{
    /// <summary>Null: the link is not valid, or somebody exists already.</summary>
    public async Task<SignIn.Accepted?> CreateAsync(SetupRequest request, CancellationToken cancellationToken)
    {
        var link = SetupLink.HashOf(request.Token);
        if (!await IsLiveAsync(link, cancellationToken))
            return null;
        var owner = await people.NewAccountAsync(request.Email, request.DisplayName.Trim(), request.Password, null, cancellationToken);
        var created = await database.WriteAsync(async db =>
        {
            if (!await SetupLinkStore.UseAsync(db, link, time.NowMs(), cancellationToken)
                || await AccountStore.AnyAsync(db, cancellationToken))
                return false;
            await people.OpenAsync(db, request.OrganizationName.Trim(), owner, cancellationToken);
            return true;
        }, cancellationToken);
        return created ? await directory.OpenAsync(owner, cancellationToken) : null;
    }

    // Asked before the password is hashed, so that strangers cannot buy that work.
    private async Task<bool> IsLiveAsync(byte[] link, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        return await SetupLinkStore.IsLiveAsync(db, link, time.NowMs(), cancellationToken);
    }
}
