using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Live.Tickets;

/// <summary>The way into the live stream: the bearer token that every workspace route takes, or a ticket.</summary>
internal static class TicketDoor
{
    public static Task EnterAsync(HttpContext http, RequestDelegate route) =>
        http.Request.Query.ContainsKey("ticket") ? EnterByTicketAsync(http, route) : WorkspaceDoor.EnterAsync(http, route);

    private static async Task EnterByTicketAsync(HttpContext http, RequestDelegate route)
    {
        if (await AdmitAsync(http) is Admission.Admitted { Caller: var caller, Session: var session })
            await route(Caller.Put(http, caller, session));
        else
            await Problems.Unauthorized().ExecuteAsync(http);
    }

    // One credential only: with a second one nobody could say whose stream it is. It is refused before the ticket is used up.
    private static async Task<Admission?> AdmitAsync(HttpContext http)
    {
        if (http.Request.Query["ticket"] is not [{ Length: > 0 and <= LiveTicket.MaxCharacters } text]
            || http.Request.Headers.Authorization.Count > 0)
            return null;
        var services = http.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().NowMs();
        var ticket = await services.GetRequiredService<Database>().WriteAsync(
            db => LiveTicketStore.TakeAsync(db, LiveTicket.HashOf(text), now, http.RequestAborted), http.RequestAborted);
        if (ticket is null || ticket.Session.ExpiresAt * 1000 <= now || NamesAnother(http.Request, ticket))
            return null;
        return await services.GetRequiredService<Doorkeeper>().ReadmitAsync(
            ticket.UserId, ticket.OrganizationId, ticket.Session, http.RequestAborted);
    }

    private static bool NamesAnother(HttpRequest request, LiveTicket ticket) =>
        request.Headers[WorkspaceDoor.OrganizationHeader] is { Count: > 0 } chosen
        && !(Guid.TryParse(chosen, out var organizationId) && organizationId == ticket.OrganizationId);
}
