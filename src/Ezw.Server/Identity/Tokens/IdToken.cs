namespace Ezw.Identity.Tokens;

/// <summary>A token whose signature, issuer, audience, use and lifetime were checked. It says who, never what they may do.</summary>
/// <param name="AuthenticatedAt">Epoch-seconds of the login that it descends from.</param>
/// <param name="ExpiresAt">Epoch-seconds.</param>
internal sealed record IdToken(
    string Issuer, string Subject, string? Email, bool EmailVerified, long AuthenticatedAt, long ExpiresAt);
