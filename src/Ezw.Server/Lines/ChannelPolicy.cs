using Ezw.Foundation.Http;

namespace Ezw.Lines;

/// <summary>Lets a request of the Channel API through when its bearer is a valid line token; a workspace token is 401 here.</summary>
internal static class ChannelPolicy
{
    private const string Scheme = "Bearer ";

    public static RouteGroupBuilder RequireLineToken(this RouteGroupBuilder group)
    {
        group.WithMetadata(new NeedsLineToken());
        return group;
    }

    /// <summary>Runs before binding, so that an unauthorized caller learns nothing from how its body would be judged.</summary>
    public static async Task AuthenticateAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<NeedsLineToken>() is not null)
        {
            var caller = Bearer(http) is { } token
                ? await http.RequestServices.GetRequiredService<LineTokens>().OpenAsync(token, http.RequestAborted)
                : null;
            if (caller is null)
            {
                await Problems.Unauthorized().ExecuteAsync(http);
                return;
            }
            http.Features.Set(caller);
        }
        await next(http);
    }

    private static string? Bearer(HttpContext http)
    {
        var header = http.Request.Headers.Authorization;
        return header.Count == 1 && header[0] is { } value && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : null;
    }

    private sealed class NeedsLineToken;
}
