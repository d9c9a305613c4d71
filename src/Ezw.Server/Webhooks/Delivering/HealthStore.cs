using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Delivering;

/// <summary>
/// SQL of how webhooks fare. An attempt counts while it is not stored yet, so that
/// a batch which runs again counts nothing twice.
/// </summary>
internal static class HealthStore
{
    public static readonly SqlText Owned = new("join line_owner o on o.line_id = r.line_id and o.epoch = r.epoch");

    private static readonly SqlText New = new("""
        not exists (
            select 1 from delivery_attempt a
            where a.organization_id = r.organization_id and a.delivery_id = r.delivery_id and a.number = r.number)
        """);

    /// <summary>What everything written here is checked by.</summary>
    public static Rows<DeliveryFinish> Lines(IReadOnlyList<DeliveryFinish> items) => Rows.Of("r", items)
        .Uuid("organization_id", i => i.Line.OrganizationId).Uuid("line_id", i => i.Line.LineId).Number("epoch", i => i.Line.Epoch);

    public static Sql Count(IReadOnlyList<DeliveryFinish> attempts)
    {
        Rows rows = Attempts(attempts)
            .Uuid("webhook_id", i => i.WebhookId).Number("ended_at", i => i.Attempt!.EndedAt)
            .Number("made", i => i.Attempt!.WasMade ? 1 : 0).Text("problem", i => i.Attempt!.WasMade ? i.Attempt.Problem : null)
            .Number("failures", i => i.Breaker.Failures).Number("openings", i => i.Breaker.Openings)
            .Number("open_until", i => i.Breaker.OpenUntil);
        return $"""
            update webhook_health set
                accepted = webhook_health.accepted + s.accepted, given_up = webhook_health.given_up + s.given_up,
                failures = s.failures, openings = s.openings, open_until = s.open_until,
                failing_since = case when s.accepted > 0 then null else coalesce(webhook_health.failing_since, s.failed_at) end,
                warnings = case when s.accepted > 0 then 0 else webhook_health.warnings end,
                last_accepted_at = coalesce(s.accepted_at, webhook_health.last_accepted_at),
                last_failed_at = coalesce(s.failed_at, webhook_health.last_failed_at),
                last_error = coalesce(s.problem, webhook_health.last_error)
            from (
                select n.organization_id, n.webhook_id, sum(n.accepted) as accepted, sum(n.given_up) as given_up,
                       max(case when n.later = 1 then n.failures end) as failures,
                       max(case when n.later = 1 then n.openings end) as openings,
                       max(case when n.later = 1 then n.open_until end) as open_until,
                       max(case n.accepted when 1 then n.ended_at end) as accepted_at,
                       max(case when n.accepted = 0 and n.made = 1 then n.ended_at end) as failed_at, max(n.problem) as problem
                from (
                    select r.*, row_number() over (partition by r.webhook_id order by r.ordinal desc) as later
                    from {rows} {Owned} where {New}) n
                group by n.organization_id, n.webhook_id) s
            where webhook_health.organization_id = s.organization_id and webhook_health.webhook_id = s.webhook_id
            """;
    }

    public static Sql CountRedelivered(IReadOnlyList<DeliveryFinish> attempts)
    {
        Rows rows = Attempts(attempts).Uuid("redelivery_id", i => i.Delivery.RedeliveryId);
        return $"""
            update redelivery set accepted = redelivery.accepted + s.accepted, failed = redelivery.failed + s.given_up
            from (
                select r.organization_id, r.redelivery_id, sum(r.accepted) as accepted, sum(r.given_up) as given_up
                from {rows} {Owned} where {New}
                group by r.organization_id, r.redelivery_id) s
            where redelivery.organization_id = s.organization_id and redelivery.id = s.redelivery_id
            """;
    }

    /// <summary>
    /// What long failing leads to: warnings, and in the end the webhook is turned off, as it is at once when its target is gone. Whoever is
    /// rarely told anything is warned as often and as long before.
    /// </summary>
    public static IEnumerable<Sql> Consequences(IReadOnlyList<DeliveryFinish> failed, long now)
    {
        Rows rows = Lines(failed).Uuid("webhook_id", i => i.WebhookId).Number("gone", i => i.TargetIsGone ? 1 : 0);
        var rested = Sql.Of($"coalesce(h.warned_at, 0) <= {now - Ms(Webhook.BetweenWarnings)}");
        var warns = Sql.Of($"""
            ((h.warnings = 0 and h.failing_since <= {now - Ms(Webhook.WarnAfter[0])})
             or (h.warnings = 1 and h.failing_since <= {now - Ms(Webhook.WarnAfter[1])} and {rested}))
            """);
        var over = Sql.Of($"""
            (f.gone = 1 or (h.warnings = 2 and h.failing_since <= {now - Ms(Webhook.DisableAfter)} and {rested}))
            """);
        var those = Sql.Of($"""
            (select r.organization_id, r.webhook_id, max(r.gone) as gone from {rows} {Owned} group by r.organization_id, r.webhook_id) f
            join webhook w on w.organization_id = f.organization_id and w.id = f.webhook_id and w.enabled = 1
            join webhook_health h on h.organization_id = w.organization_id and h.webhook_id = w.id
            """);
        yield return $"""
            insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
            select n.organization_id, p.position + row_number() over (partition by n.organization_id order by n.webhook_id),
                   n.kind, n.line_id, null, n.webhook_id, n.detail, {now}
            from (
                select w.organization_id, w.id as webhook_id, w.line_id,
                       case when {over} then {WebhookEvents.Disabled} else {WebhookEvents.Warned} end as kind,
                       case when f.gone = 1 then 'gone' when {over} then 'failing' when h.warnings = 1 then 'second' else 'first' end
                           as detail
                from {those} where {over} or {warns}) n
            join event_position p on p.organization_id = n.organization_id
            """;
        yield return $"""
            update webhook set enabled = 0, version = webhook.version + 1, disabled_at = {now}, updated_at = {now},
                disabled_reason = s.reason, until_position = s.position
            from (
                select w.organization_id, w.id, case f.gone when 1 then 'gone' else 'failing' end as reason, p.position
                from {those} join event_position p on p.organization_id = w.organization_id where {over}) s
            where webhook.organization_id = s.organization_id and webhook.id = s.id
            """;
        yield return $"""
            update webhook_health set warnings = s.warnings, warned_at = {now}
            from (select h.organization_id, h.webhook_id, h.warnings + 1 as warnings from {those} where {warns}) s
            where webhook_health.organization_id = s.organization_id and webhook_health.webhook_id = s.webhook_id
            """;
    }

    private static Rows<DeliveryFinish> Attempts(IReadOnlyList<DeliveryFinish> items) => Lines(items)
        .Uuid("delivery_id", i => i.Delivery.Id).Number("number", i => i.Number)
        .Number("accepted", i => i.End == DeliveryEnd.Accepted ? 1 : 0).Number("given_up", i => i.End == DeliveryEnd.GivenUp ? 1 : 0);

    private static long Ms(TimeSpan time) => (long)time.TotalMilliseconds;
}
