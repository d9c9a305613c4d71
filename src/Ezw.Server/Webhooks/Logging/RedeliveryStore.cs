using System.Data.Common;
using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Logging;

/// <summary>SQL of redeliveries as people ask for them; a worker does their steps.</summary>
internal static class RedeliveryStore
{
    private static readonly SqlText Columns =
        new("id, webhook_id, since, state, total, queued, accepted, failed, created_at, finished_at");

    /// <summary>Counts what was given up since then. Where there is nothing to do it is done at once.</summary>
    public static Task AddAsync(DbSession db, WebhookKey webhook, Guid id, long since, long now, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into redelivery (organization_id, id, webhook_id, line_id, since, until, state, total, queued, accepted, failed,
                created_at, finished_at)
            select {webhook.OrganizationId}, {id}, {webhook.Id}, {webhook.LineId}, {since}, {now},
                case when parked.total = 0 then 'done' else 'working' end, parked.total, 0, 0, 0, {now},
                case when parked.total = 0 then {now} end
            from (
                select count(*) as total from delivery_queue q
                where q.organization_id = {webhook.OrganizationId} and q.webhook_id = {webhook.Id} and q.parked_at is not null
                  and q.parked_at >= {since} and q.parked_at <= {now}) parked
            """, ct);

    public static Task<RedeliveryView?> FindAsync(DbSession db, WebhookKey webhook, Guid redeliveryId, CancellationToken ct) =>
        db.FirstAsync($"""
            select {Columns} from redelivery
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id = {redeliveryId}
            """, Read, ct);

    /// <summary>Newest first.</summary>
    public static Task<List<RedeliveryView>> ListAsync(DbSession db, WebhookKey webhook, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select {Columns} from redelivery
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id}
            order by id desc limit {limit}
            """, Read, ct);

    /// <summary>The one that is under way.</summary>
    public static Task<RedeliveryView?> OpenAsync(DbSession db, WebhookKey webhook, CancellationToken ct) => db.FirstAsync($"""
        select {Columns} from redelivery
        where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and finished_at is null
        """, Read, ct);

    /// <summary>What is queued again stays queued; nothing more will be.</summary>
    /// <param name="redeliveryId">Null for whichever is under way.</param>
    public static async Task<bool> CancelAsync(DbSession db, WebhookKey webhook, Guid? redeliveryId, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update redelivery set state = 'canceled', finished_at = {now}
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id = coalesce({redeliveryId}, id)
              and finished_at is null
            """, ct) > 0;

    /// <summary>One of its deliveries was canceled by itself, and is not counted any more.</summary>
    public static Task LeaveOutAsync(DbSession db, WebhookKey webhook, Guid redeliveryId, CancellationToken ct) => db.ExecuteAsync($"""
        update redelivery set total = total - 1, queued = queued - 1
        where organization_id = {webhook.OrganizationId} and id = {redeliveryId}
        """, ct);

    private static RedeliveryView Read(DbDataReader row) => new(
        row.Uuid(0), row.Uuid(1), row.Time(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7),
        row.Time(8), row.TimeOrNull(9));
}
