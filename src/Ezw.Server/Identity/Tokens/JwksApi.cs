using Ezw.Client;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Ezw.Identity.Tokens;

internal static class JwksApi
{
    private const string CacheControl = "public, max-age=300";

    /// <summary>With Cognito nothing here signs, so the set is empty.</summary>
    public static async Task<Ok<PublicKeySet>> Read(
        HttpResponse response, SigningKeys keys, IOptions<IdentityOptions> options, CancellationToken cancellationToken)
    {
        response.Headers.CacheControl = CacheControl;
        if (options.Value.Cognito is not null)
            return TypedResults.Ok(new PublicKeySet([]));
        var all = await keys.AllAsync(cancellationToken);
        return TypedResults.Ok(new PublicKeySet([.. all.Select(key => key.ToWire())]));
    }
}
