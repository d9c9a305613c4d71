using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Tokens;

/// <summary>Who may sign ID tokens: the embedded directory or Cognito.</summary>
internal interface IIssuer
{
    string Name { get; }

    string Audience { get; }

    /// <summary>Null: this issuer has no such key, or cannot say now. Either way the token is refused.</summary>
    ValueTask<RsaSecurityKey?> FindKeyAsync(string keyId, CancellationToken cancellationToken);
}
