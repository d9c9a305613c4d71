using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Tokens;

/// <summary>The one path on which ID tokens are believed, whoever issued them.</summary>
internal sealed class IdTokens(IIssuer issuer, TimeProvider time)
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = TokenShape.MaxCharacters };

    /// <summary>Null for every token that is not to be believed; callers learn no more than that.</summary>
    public async Task<IdToken?> ValidateAsync(string token, CancellationToken cancellationToken)
    {
        if (TokenShape.Read(token) is not { } shape || shape.Issuer != issuer.Name || shape.Audience != issuer.Audience
            || !shape.IsLive(time.GetUtcNow(), ClockSkew)
            || await issuer.FindKeyAsync(shape.KeyId, cancellationToken) is not { } key)
            return null;
        var result = await handler.ValidateTokenAsync(token, Parameters(key, shape));
        return result.IsValid
            ? new IdToken(shape.Issuer, shape.Subject, shape.Email, shape.EmailVerified, shape.AuthenticatedAt, shape.ExpiresAt)
            : null;
    }

    private TokenValidationParameters Parameters(RsaSecurityKey key, TokenShape shape) => new()
    {
        ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
        ValidIssuer = issuer.Name,
        ValidAudience = issuer.Audience,
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        ClockSkew = ClockSkew,
        // The library reads the machine's clock; ours can be a test's.
        LifetimeValidator = (_, _, _, _) => shape.IsLive(time.GetUtcNow(), ClockSkew),
    };
}
