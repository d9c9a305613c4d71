using System.Net;
using System.Net.Http.Headers;

namespace Ezw.Web.Session;

/// <summary>Puts the token and the chosen organization on requests, and asks once more with a new token when the server wants one.</summary>
public sealed class TokenHandler(SessionKeeper session) : DelegatingHandler
{
    private const string OrganizationHeader = "X-EZW-Organization";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var token = await session.TokenAsync();
        Dress(request, token);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized || token is null || await session.InsteadOfAsync(token) is not { } next)
            return response;
        response.Dispose();
        Dress(request, next);
        return await base.SendAsync(request, cancellationToken);
    }

    private void Dress(HttpRequestMessage request, string? token)
    {
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Remove(OrganizationHeader);
        if (session.Organization is { } organization)
            request.Headers.Add(OrganizationHeader, $"{organization.Id}");
    }
}
