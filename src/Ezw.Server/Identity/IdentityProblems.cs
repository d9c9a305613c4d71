using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Identity;

internal static class IdentityProblems
{
    public static ProblemHttpResult InvalidCredentials() => Problems.Of(
        StatusCodes.Status401Unauthorized, "invalid_credentials", "The email address or the password is wrong.");

    public static ProblemHttpResult InvalidRefreshToken() => Problems.Of(
        StatusCodes.Status401Unauthorized, "invalid_refresh_token", "The refresh token is unknown, used or ended. Log in again.");

    public static ProblemHttpResult TooManyAttempts(HttpResponse response, TimeSpan retryAfter)
    {
        response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retryAfter.TotalSeconds)).ToString(null as IFormatProvider);
        return Problems.Of(StatusCodes.Status429TooManyRequests, "too_many_attempts", "Too many attempts. Wait for Retry-After.");
    }

    public static ProblemHttpResult ChallengeRequired() => Problems.Of(
        StatusCodes.Status403Forbidden, "challenge_required",
        "The directory asks for more than a password (a new password, a confirmation or a second factor). Finish that there first.");

    public static ProblemHttpResult DirectoryUnavailable() => Problems.Of(
        StatusCodes.Status503ServiceUnavailable, "directory_unavailable", "The user directory cannot be reached now. Try again shortly.");

    public static ProblemHttpResult NoMembership() => Problems.Of(
        StatusCodes.Status403Forbidden, "no_membership",
        "You are not a member of any organization here. Ask an owner or admin to add you.");

    public static ProblemHttpResult WrongPassword() => Problems.Of(
        StatusCodes.Status403Forbidden, "wrong_password", "The current password is wrong.");

    public static ProblemHttpResult PasswordElsewhere() => Problems.Of(
        StatusCodes.Status409Conflict, "password_elsewhere", "Another directory keeps the passwords. Set or change them there.");

    public static ProblemHttpResult SetupLinkInvalid() => Problems.Of(
        StatusCodes.Status403Forbidden, "setup_link_invalid",
        "The setup link is unknown, used or expired. Restart the server for a new one.");

    public static ProblemHttpResult LastOwner() => Problems.Of(
        StatusCodes.Status409Conflict, "last_owner", "An organization needs an owner. Make somebody else owner first.");

    public static ProblemHttpResult AlreadyMember() => Problems.Of(
        StatusCodes.Status409Conflict, "already_member", "This person is a member already.");

    public static ProblemHttpResult AccountExists() => Problems.Of(
        StatusCodes.Status409Conflict, "account_exists", "This address has an account with its own password. Leave the password out.");
}
