using Ezw.Identity.Tokens;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Ezw.Identity.Cognito;

/// <summary>The user pool's keys. What stands in a token's header never decides what is fetched, or from where.</summary>
internal sealed class CognitoIssuer(IOptions<IdentityOptions> options, IServiceScopeFactory scopes, TimeProvider time)
    : IIssuer, IDisposable
{
    private static readonly TimeSpan MaxKeyAge = TimeSpan.FromHours(1);

    /// <summary>Unknown key ids are free to invent; Cognito's keys hardly ever change.</summary>
    private static readonly TimeSpan MinKeyInterval = TimeSpan.FromMinutes(5);

    private readonly KeyCache keys = new(time, MaxKeyAge, MinKeyInterval, cancellationToken => FetchAsync(scopes, cancellationToken));

    public string Name { get; } = options.Value.Cognito!.Issuer;

    public string Audience { get; } = options.Value.Cognito!.ClientId;

    public ValueTask<RsaSecurityKey?> FindKeyAsync(string keyId, CancellationToken cancellationToken) =>
        keys.FindAsync(keyId, cancellationToken);

    public void Dispose() => keys.Dispose();

    // A typed client is short-lived, so that its connections follow DNS; this issuer lives as long as the server.
    private static async Task<IReadOnlyList<RsaSecurityKey>?> FetchAsync(IServiceScopeFactory scopes, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<CognitoClient>().FetchKeysAsync(cancellationToken);
    }
}
