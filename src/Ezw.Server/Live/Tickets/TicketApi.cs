using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Live.Tickets;

internal static class TicketApi
{
    public static async Task<Created<LiveTicketCreated>> Create(
        Caller caller, CallerSession session, HttpResponse response, Database database, TimeProvider time, CancellationToken ct)
    {
        var now = time.NowMs();
        var (text, ticket) = LiveTicket.Make(caller, session, now);
        await database.WriteAsync(db => LiveTicketStore.InsertAsync(db, ticket, now, ct), ct);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Created(
            (string?)null, new LiveTicketCreated(text, DateTimeOffset.FromUnixTimeMilliseconds(ticket.ExpiresAt)));
    }
}
