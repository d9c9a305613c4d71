using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Live.Tickets;

internal static class LiveTicketStore
{
    /// <summary>Whoever makes one also deletes what has expired, so that nobody else has to.</summary>
    public static async Task InsertAsync(DbSession db, LiveTicket ticket, long now, CancellationToken ct)
    {
        await db.ExecuteAsync($"delete from live_ticket where expires_at <= {now}", ct);
        await db.ExecuteAsync($"""
            insert into live_ticket (organization_id, ticket_hash, user_id, authenticated_at, token_expires_at, expires_at)
            values ({ticket.OrganizationId}, {ticket.Hash}, {ticket.UserId}, {ticket.Session.AuthenticatedAt}, {ticket.Session.ExpiresAt},
                {ticket.ExpiresAt})
            """, ct);
    }

    /// <summary>Takes the ticket away; null for everybody but the one who comes first and in time.</summary>
    public static Task<LiveTicket?> TakeAsync(DbSession db, byte[] hash, long now, CancellationToken ct) => db.FirstAsync($"""
        delete from live_ticket where ticket_hash = {hash} and expires_at > {now}
        returning organization_id, user_id, authenticated_at, token_expires_at, expires_at
        """,
        row => new LiveTicket(
            hash, row.Uuid(0), row.Uuid(1), new CallerSession(row.GetInt64(2), row.GetInt64(3)), row.GetInt64(4)),
        ct);
}
