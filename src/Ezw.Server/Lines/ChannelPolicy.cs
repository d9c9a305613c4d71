using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.Lines;

/// <summary>The door of the Channel API.</summary>
internal static class ChannelPolicy
{
    private const string Scheme = "Bearer ";

    /// <summary>
    /// Lets only the holder of a line token in and sets its <see cref="LineCaller"/>; a workspace token is 401 here. It wraps the endpoint,
    /// because a filter would run after the body was read and judged.
    /// </summary>
    public static RouteGroupBuilder RequireLineToken(this RouteGroupBuilder group)
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            var route = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http => EnterAsync(http, route);
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(
                StatusCodes.Status401Unauthorized, typeof(ProblemDetails), ["application/problem+json"]));
        });
        return group;
    }

    /// <summary>Says that the route checks the token again in its transaction, so that a remembered one is good enough to enter.</summary>
    public static RouteHandlerBuilder ChecksTokenAgain(this RouteHandlerBuilder route) => route.WithMetadata(new TokenCheckedAgain());

    private static async Task EnterAsync(HttpContext http, RequestDelegate route)
    {
        var tokens = http.RequestServices.GetRequiredService<LineTokens>();
        var mayRemember = http.GetEndpoint()?.Metadata.GetMetadata<TokenCheckedAgain>() is not null;
        if (Bearer(http.Request) is { } token && await tokens.OpenAsync(token, mayRemember, http.RequestAborted) is { } caller)
        {
            http.Features.Set(caller);
            await route(http);
            return;
        }
        http.Response.Headers.WWWAuthenticate = "Bearer";
        await Problems.Unauthorized().ExecuteAsync(http);
    }

    /// <summary>From the one Authorization header; never from the query string, which ends up in logs.</summary>
    private static string? Bearer(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..]
            : null;

    private sealed class TokenCheckedAgain;
}
