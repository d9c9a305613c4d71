using System.Diagnostics;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Ezw.Identity;

public static class WorkspaceDoor
{
    /// <summary>Chooses one of the user's organizations by id; without it their oldest membership counts.</summary>
    public const string OrganizationHeader = "X-EZW-Organization";

    private const string Scheme = "Bearer ";

    /// <summary>
    /// Lets only members in and sets their <see cref="Caller"/>. It wraps the endpoint instead of being a filter, because filters run
    /// after the arguments are bound: a stranger's body would be read first, and Caller would not be there to bind.
    /// </summary>
    public static RouteGroupBuilder RequireWorkspace(this RouteGroupBuilder group) => group.RequireWorkspace(EnterAsync);

    /// <summary>The same for routes that know a further way in.</summary>
    internal static RouteGroupBuilder RequireWorkspace(this RouteGroupBuilder group, Func<HttpContext, RequestDelegate, Task> enter)
    {
        ((IEndpointConventionBuilder)group).Add(endpoint =>
        {
            var route = endpoint.RequestDelegate!;
            endpoint.RequestDelegate = http => enter(http, route);
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(
                StatusCodes.Status401Unauthorized, typeof(ProblemDetails), ["application/problem+json"]));
        });
        // No membership at all, and not one of the organization that the request chose.
        return group.MayRefuse(StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound);
    }

    internal static async Task EnterAsync(HttpContext http, RequestDelegate route)
    {
        var chosen = http.Request.Headers[OrganizationHeader];
        Guid? organizationId = Guid.TryParse(chosen, out var id) ? id : null;
        var admission = Bearer(http.Request) is { } token
            ? await http.RequestServices.GetRequiredService<Doorkeeper>().AdmitAsync(token, organizationId, http.RequestAborted)
            : new Admission.Unauthenticated();
        if (admission is Admission.Admitted && organizationId is null && chosen.Count > 0)
            admission = new Admission.NotAMember();
        if (admission is Admission.Admitted { Caller: var caller, Session: var session })
            await route(Caller.Put(http, caller, session));
        else
            await Refusal(http.Response, admission).ExecuteAsync(http);
    }

    private static ProblemHttpResult Refusal(HttpResponse response, Admission admission)
    {
        switch (admission)
        {
            case Admission.WithoutMembership:
                return IdentityProblems.NoMembership();
            case Admission.NotAMember:
                return Problems.NotFound();
            case Admission.Unauthenticated:
                response.Headers.WWWAuthenticate = "Bearer";
                return Problems.Unauthorized();
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>From the one Authorization header; never from the query string, which ends up in logs.</summary>
    private static string? Bearer(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..]
            : null;
}
