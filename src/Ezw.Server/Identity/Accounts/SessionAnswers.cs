using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity.Accounts;

/// <summary>What the wire says about the outcomes of a login.</summary>
internal sealed class SessionAnswers(Database database)
{
    public async Task<Session> SessionAsync(SignIn.Accepted accepted, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        var organizations = await AccountStore.OrganizationsAsync(db, accepted.UserId, cancellationToken);
        return new Session(
            accepted.IdToken, accepted.RefreshToken, (int)accepted.Lifetime.TotalSeconds, "Bearer",
            new Person(accepted.UserId, accepted.Email, accepted.DisplayName), organizations);
    }

    public async Task<Results<Ok<Session>, ProblemHttpResult>> AnswerAsync(
        SignIn outcome, HttpResponse response, ProblemHttpResult refusal, CancellationToken cancellationToken) => outcome switch
        {
            SignIn.Accepted accepted => TypedResults.Ok(await SessionAsync(accepted, cancellationToken)),
            SignIn.Refused => refusal,
            SignIn.NoAccount => IdentityProblems.NoMembership(),
            SignIn.Challenged => IdentityProblems.ChallengeRequired(),
            SignIn.Busy busy => IdentityProblems.TooManyAttempts(response, busy.RetryAfter),
            SignIn.Unreachable => IdentityProblems.DirectoryUnavailable(),
            _ => throw new UnreachableException(),
        };
}
