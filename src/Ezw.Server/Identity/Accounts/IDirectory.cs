namespace Ezw.Identity.Accounts;

/// <summary>Who knows the passwords: the embedded directory or Cognito.</summary>
internal interface IDirectory
{
    /// <param name="email">Normalized; null if what was sent cannot be an address. It is refused after the same work.</param>
    Task<SignIn> SignInAsync(string? email, string password, CancellationToken cancellationToken);

    Task<SignIn> RefreshAsync(string refreshToken, CancellationToken cancellationToken);

    /// <summary>Ends the login of this token, or all of its user's. An unknown token is nothing to complain about.</summary>
    Task SignOutAsync(string refreshToken, bool everywhere, CancellationToken cancellationToken);
}

/// <summary>How a login or a refresh ended.</summary>
internal abstract record SignIn
{
    private SignIn()
    {
    }

    public sealed record Accepted(
        Guid UserId, string Email, string DisplayName, string IdToken, string RefreshToken, TimeSpan Lifetime) : SignIn;

    /// <summary>Unknown, wrong, expired, disabled: one outcome, because callers must not learn which.</summary>
    public sealed record Refused : SignIn;

    /// <summary>The directory knows the person, but nobody made them an account here.</summary>
    public sealed record NoAccount : SignIn;

    /// <summary>The password was right, and the directory wants more than a password.</summary>
    public sealed record Challenged : SignIn;

    public sealed record Busy(TimeSpan RetryAfter) : SignIn;

    public sealed record Unreachable : SignIn;
}
