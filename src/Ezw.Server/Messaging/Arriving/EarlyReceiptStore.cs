using Ezw.Foundation.Storage;

namespace Ezw.Messaging.Arriving;

/// <summary>Receipts that came before their message: an echo of the phone may be slower than its ticks.</summary>
internal static class EarlyReceiptStore
{
    /// <summary>
    /// Keeps the furthest receipt of messages that are not known, under our time: WhatsApp's may be long ago when a line was offline, and
    /// the echo still on its way. Rows as in <see cref="ReceiptStore"/>.
    /// </summary>
    public static Sql Keep(Rows rows, long now) => $"""
        insert into early_receipt (organization_id, line_id, provider_message_id, status, at)
        select r.organization_id, r.line_id, r.provider_message_id, r.status, {now}
        from {rows}
        join line_owner w on w.line_id = r.line_id and w.epoch = r.epoch
        where r.status <> 'failed' and not exists (
            select 1 from message m where m.line_id = r.line_id and m.provider_message_id = r.provider_message_id
                and m.organization_id = r.organization_id and m.direction = 'out')
        on conflict (organization_id, line_id, provider_message_id) do update set status = excluded.status, at = excluded.at
        where {MessageStatus.RankOf("excluded")} > {MessageStatus.RankOf("early_receipt")}
        """;

    public static Task<int> PurgeAsync(DbSession db, long before, long limit, CancellationToken ct) => db.ExecuteAsync($"""
        delete from early_receipt where (organization_id, line_id, provider_message_id) in (
            select e.organization_id, e.line_id, e.provider_message_id from early_receipt e
            where e.at < {before} order by e.at limit {limit})
        """, ct);
}
