using System.Diagnostics;
using Ezw.Identity.Accounts;
using Ezw.Identity.Tokens;

namespace Ezw.Identity.Cognito;

/// <summary>Passes logins on to Cognito, and believes its tokens only on the path on which all tokens are checked.</summary>
internal sealed class CognitoDirectory(CognitoClient cognito, IdTokens tokens, Doorkeeper doorkeeper) : IDirectory
{
    private static readonly TimeSpan ThrottledRetry = TimeSpan.FromSeconds(5);

    public async Task<SignIn> SignInAsync(string? email, string password, CancellationToken cancellationToken) =>
        email is null || password.Length > PersonRules.MaxPasswordCharacters
            ? new SignIn.Refused()
            : await OutcomeAsync(await cognito.SignInAsync(email, password, cancellationToken), null, cancellationToken);

    public async Task<SignIn> RefreshAsync(string refreshToken, CancellationToken cancellationToken) =>
        await OutcomeAsync(await cognito.RefreshAsync(refreshToken, cancellationToken), refreshToken, cancellationToken);

    /// <summary>Cognito ends one login by its refresh token; ending all of them would need an access token, which we never keep.</summary>
    public Task SignOutAsync(string refreshToken, bool everywhere, CancellationToken cancellationToken) =>
        cognito.RevokeAsync(refreshToken, cancellationToken);

    private async Task<SignIn> OutcomeAsync(
        CognitoAnswer answer, string? presentToken, CancellationToken cancellationToken) => answer switch
    {
        CognitoAnswer.Accepted { IdToken: { } idToken } accepted => await AcceptAsync(
            idToken, accepted.RefreshToken ?? presentToken ?? "", accepted.Lifetime, cancellationToken),
        CognitoAnswer.Accepted => new SignIn.Unreachable(),
        CognitoAnswer.Refused => new SignIn.Refused(),
        CognitoAnswer.Challenged => new SignIn.Challenged(),
        CognitoAnswer.Throttled => new SignIn.Busy(ThrottledRetry),
        CognitoAnswer.Unreachable => new SignIn.Unreachable(),
        _ => throw new UnreachableException(),
    };

    private async Task<SignIn> AcceptAsync(string idToken, string refreshToken, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        // A token that Cognito has just given and that we cannot check: its keys are out of reach, or the settings name another pool.
        if (await tokens.ValidateAsync(idToken, cancellationToken) is not { } known)
            return new SignIn.Unreachable();
        return await doorkeeper.FindAsync(known, null, cancellationToken) switch
        {
            null => new SignIn.NoAccount(),
            { Disabled: true } => new SignIn.Refused(),
            var access => new SignIn.Accepted(access.UserId, access.Email, access.DisplayName, idToken, refreshToken, lifetime),
        };
    }
}
