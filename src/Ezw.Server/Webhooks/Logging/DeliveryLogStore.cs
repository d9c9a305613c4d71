using System.Data.Common;
using System.Text;
using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Logging;

/// <summary>
/// Reads the log of deliveries. A page is a walk from the newest on, along the queue's own index for what was given up. Where
/// a filter has no index the walk ends after a window, so that a page costs the same however rare what it looks for is.
/// </summary>
internal static class DeliveryLogStore
{
    /// <summary>How many deliveries one page looks at.</summary>
    public const int Window = 5_000;

    private const int MaxAttemptsShown = 50;

    private static readonly SqlText Columns = new("""
        d.id, d.webhook_id, d.event, d.conversation_id, d.subject_id, d.state,
        case when d.state = 'waiting' then coalesce(q.attempts, d.attempts) else d.attempts end,
        case when d.state = 'waiting' and q.held_epoch is null then q.due_at end, d.created_at, d.finished_at
        """);

    /// <summary>One more than the page holds, if there is more.</summary>
    public static Task<List<(Place Place, DeliveryView View)>> ListAsync(
        DbSession db, DeliveryQuery query, long now, CancellationToken ct) => db.QueryAsync(
        List(db.Dialect, query), row => (new Place(row.GetInt64(10), 0, row.Uuid(0)), Read(row, now)), ct);

    /// <summary>Where the window of a page ends; null when there is nothing behind it.</summary>
    public static async Task<Place?> EndOfWindowAsync(DbSession db, DeliveryQuery query, CancellationToken ct) =>
        (await db.QueryAsync(
            EndOfWindow(db.Dialect, query), row => (Place: new Place(row.GetInt64(0), 0, row.Uuid(1)), Count: row.GetInt64(2)), ct))
            .Where(end => end.Count == Window).Select(end => end.Place).FirstOrDefault();

    public static async Task<(DeliveryView View, string Body)?> FindAsync(
        DbSession db, WebhookKey webhook, Guid deliveryId, long now, CancellationToken ct) => (await db.QueryAsync($"""
        select {Columns}, d.body from delivery d
        left join delivery_queue q
            on q.organization_id = d.organization_id and q.delivery_id = d.id
        where d.organization_id = {webhook.OrganizationId} and d.webhook_id = {webhook.Id} and d.id = {deliveryId}
        """, row => ((DeliveryView, string)?)(Read(row, now), row.GetString(10)), ct)).FirstOrDefault();

    /// <summary>The newest ones, in order.</summary>
    public static async Task<List<DeliveryAttemptView>> AttemptsAsync(
        DbSession db, Guid organizationId, Guid deliveryId, CancellationToken ct)
    {
        var attempts = await db.QueryAsync($"""
            select number, started_at, duration_ms, dns_ms, connect_ms, tls_ms, first_byte_ms, status, error, answer from delivery_attempt
            where organization_id = {organizationId} and delivery_id = {deliveryId} order by number desc limit {(long)MaxAttemptsShown}
            """, row => new DeliveryAttemptView(
                row.GetInt64(0), row.Time(1), row.GetInt64(2), row.NumberOrNull(3), row.NumberOrNull(4), row.NumberOrNull(5),
                row.NumberOrNull(6), row.NumberOrNull(7), row.TextOrNull(8),
                row.IsDBNull(9) ? null : Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(9))), ct);
        attempts.Reverse();
        return attempts;
    }

    /// <summary>Kept apart from running it, so that a test can ask the database for its plan.</summary>
    internal static Sql List(Dialect dialect, DeliveryQuery query)
    {
        Sql ofState = query.State is { } state ? Sql.Of($"and d.state = {state}") : Sql.Of($"");
        Sql ofEvent = query.Event is { } name ? Sql.Of($"and d.event = {name}") : Sql.Of($"");
        Sql ofConversation = query.ConversationId is { } id ? Sql.Of($"and d.conversation_id = {id}") : Sql.Of($"");
        return $"""
            select {Columns}, s.mark
            from ({Walk(dialect, query)}) s
            join delivery d on d.organization_id = {query.Webhook.OrganizationId} and d.webhook_id = {query.Webhook.Id} and d.id = s.id
            left join delivery_queue q
                on q.organization_id = d.organization_id and q.delivery_id = d.id
            where d.line_id = {query.Webhook.LineId} {ofState} {ofEvent} {ofConversation}
            order by s.mark desc, s.id desc limit {query.Size + 1L}
            """;
    }

    private static Sql EndOfWindow(Dialect dialect, DeliveryQuery query) =>
        $"select s.mark, s.id, count(*) over () from ({Walk(dialect, query)}) s order by s.mark, s.id limit 1";

    /// <summary>What was given up is in order of that, so that a delivery which failed again is new again; all else in order of making.</summary>
    private static Sql Walk(Dialect dialect, DeliveryQuery query)
    {
        var (organizationId, webhookId) = (query.Webhook.OrganizationId, query.Webhook.Id);
        var after = query.After ?? new Place(long.MaxValue, 0, Guid.AllBitsSet);
        var limit = query.PassesOver ? Window : query.Size + 1L;
        return query.State switch
        {
            DeliveryState.Failed => $"""
                select w.parked_at as mark, w.delivery_id as id from delivery_queue w{dialect.IndexedBy("delivery_parked")}
                where w.organization_id = {organizationId} and w.webhook_id = {webhookId} and w.parked_at is not null
                  and (w.parked_at, w.delivery_id) < ({after.Key}, {after.Id})
                order by w.parked_at desc, w.delivery_id desc limit {limit}
                """,
            _ => $"""
                select 0 as mark, w.id from delivery w
                where w.organization_id = {organizationId} and w.webhook_id = {webhookId} and w.id < {after.Id}
                order by w.id desc limit {limit}
                """,
        };
    }

    private static DeliveryView Read(DbDataReader row, long now) => new(
        row.Uuid(0), row.Uuid(1), row.GetString(2), row.UuidOrNull(3), row.UuidOrNull(4), row.GetString(5), row.GetInt64(6),
        row.NumberOrNull(7) is { } due ? Time(due <= 0 ? now : due) : null, row.Time(8), row.TimeOrNull(9));

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
