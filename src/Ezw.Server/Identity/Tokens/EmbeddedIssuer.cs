using System.Text.Json;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Tokens;

/// <summary>Writes and vouches for the embedded directory's ID tokens, which look like Cognito's.</summary>
internal sealed class EmbeddedIssuer(SigningKeys signingKeys, IOptions<IdentityOptions> options, TimeProvider time) : IIssuer, IDisposable
{
    public static readonly TimeSpan TokenLifetime = TimeSpan.FromMinutes(60);

    private static readonly TimeSpan MaxKeyAge = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan MinKeyInterval = TimeSpan.FromMinutes(1);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly KeyCache keys = new(
        time, MaxKeyAge, MinKeyInterval,
        async cancellationToken => [.. (await signingKeys.LoadAsync(cancellationToken)).Select(key => key.Public)]);

    public string Name => options.Value.Issuer;

    public string Audience => options.Value.Audience;

    public ValueTask<RsaSecurityKey?> FindKeyAsync(string keyId, CancellationToken cancellationToken) =>
        keys.FindAsync(keyId, cancellationToken);

    /// <param name="authenticatedAt">Epoch-milliseconds of the login.</param>
    public async Task<string> IssueAsync(Guid userId, string email, long authenticatedAt, CancellationToken cancellationToken)
    {
        var key = await signingKeys.NewestAsync(cancellationToken);
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>
        {
            ["iss"] = Name,
            ["aud"] = Audience,
            ["sub"] = userId,
            ["email"] = email,
            ["email_verified"] = true,
            ["token_use"] = "id",
            ["auth_time"] = authenticatedAt / 1000,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + TokenLifetime).ToUnixTimeSeconds(),
            ["jti"] = Ids.New(time),
        };
        return handler.CreateToken(JsonSerializer.Serialize(claims), key.Credentials);
    }

    public void Dispose() => keys.Dispose();
}
