using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// SQL of how webhooks fare. Rows are those of <see cref="DeliveryFinishStore"/>. An attempt counts while it is not stored yet, so that
/// a batch which runs again counts nothing twice.
/// </summary>
internal static class HealthStore
{
    public static readonly SqlText Owned = new("join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch");

    private static readonly SqlText New = new("""
        r.started_at is not null and not exists (
            select 1 from delivery_attempt a
            where a.organization_id = r.organization_id and a.delivery_id = r.delivery_id and a.number = r.number)
        """);

    public static Sql Count(Rows rows) => $"""
        update webhook_health set
            accepted = webhook_health.accepted + s.accepted, given_up = webhook_health.given_up + s.given_up,
            failures = s.failures, openings = s.openings, open_until = s.open_until,
            failing_since = case when s.accepted > 0 then null else coalesce(webhook_health.failing_since, s.failed_at) end,
            warnings = case when s.accepted > 0 then 0 else webhook_health.warnings end,
            last_accepted_at = coalesce(s.accepted_at, webhook_health.last_accepted_at),
            last_failed_at = coalesce(s.failed_at, webhook_health.last_failed_at),
            last_error = coalesce(s.problem, webhook_health.last_error)
        from (
            select r.organization_id, r.webhook_id, sum(r.accepted) as accepted, sum(r.given_up) as given_up,
                   max(case when r.ordinal = m.last then r.failures end) as failures,
                   max(case when r.ordinal = m.last then r.openings end) as openings,
                   max(case when r.ordinal = m.last then r.open_until end) as open_until,
                   max(case r.accepted when 1 then r.ended_at end) as accepted_at,
                   max(case r.accepted when 0 then r.ended_at end) as failed_at, max(r.problem) as problem
            from {rows} {Owned}
            join (select r.webhook_id, max(r.ordinal) as last from {rows} where r.started_at is not null group by r.webhook_id) m
                on m.webhook_id = r.webhook_id
            where {New}
            group by r.organization_id, r.webhook_id) s
        where webhook_health.organization_id = s.organization_id and webhook_health.webhook_id = s.webhook_id
        """;

    public static Sql CountRedelivered(Rows rows) => $"""
        update redelivery set accepted = redelivery.accepted + s.accepted, failed = redelivery.failed + s.given_up
        from (
            select r.organization_id, r.redelivery_id, sum(r.accepted) as accepted, sum(r.given_up) as given_up
            from {rows} {Owned} where r.redelivery_id is not null and {New}
            group by r.organization_id, r.redelivery_id) s
        where redelivery.organization_id = s.organization_id and redelivery.id = s.redelivery_id
        """;

    /// <summary>What long failing leads to: warnings, and in the end the webhook is turned off, as it is at once when its target is gone.</summary>
    public static IEnumerable<Sql> Consequences(Rows rows, long now)
    {
        var warned = Sql.Of($"""
            case when h.failing_since <= {now - Ms(Webhook.WarnAfter[1])} then 2
                 when h.failing_since <= {now - Ms(Webhook.WarnAfter[0])} then 1 else 0 end
            """);
        var failed = Sql.Of($"""
            (select distinct r.organization_id, r.webhook_id, max(r.gone) as gone from {rows} {Owned}
             where r.started_at is not null and r.accepted = 0 group by r.organization_id, r.webhook_id) f
            join webhook w on w.organization_id = f.organization_id and w.id = f.webhook_id and w.enabled = 1
            join webhook_health h on h.organization_id = w.organization_id and h.webhook_id = w.id
            """);
        var over = Sql.Of($"(f.gone = 1 or h.failing_since <= {now - Ms(Webhook.DisableAfter)})");
        yield return $"""
            insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
            select n.organization_id, p.position + row_number() over (partition by n.organization_id order by n.webhook_id),
                   n.kind, n.line_id, null, n.webhook_id, n.detail, {now}
            from (
                select w.organization_id, w.id as webhook_id, w.line_id,
                       case when {over} then {WebhookEvents.Disabled} else {WebhookEvents.Warned} end as kind,
                       case when f.gone = 1 then 'gone' when {over} then 'failing' when {warned} = 2 then 'second' else 'first' end
                           as detail
                from {failed} where {over} or {warned} > h.warnings) n
            join event_position p on p.organization_id = n.organization_id
            """;
        yield return $"""
            update webhook set enabled = 0, version = webhook.version + 1, disabled_at = {now}, updated_at = {now},
                disabled_reason = s.reason
            from (
                select w.organization_id, w.id, case f.gone when 1 then 'gone' else 'failing' end as reason from {failed} where {over}) s
            where webhook.organization_id = s.organization_id and webhook.id = s.id
            """;
        yield return $"""
            update webhook_health set warnings = s.warnings
            from (select h.organization_id, h.webhook_id, {warned} as warnings from {failed} where {warned} > h.warnings) s
            where webhook_health.organization_id = s.organization_id and webhook_health.webhook_id = s.webhook_id
            """;
    }

    private static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
}
