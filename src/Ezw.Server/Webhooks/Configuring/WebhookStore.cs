using System.Data.Common;
using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Configuring;

/// <summary>SQL of webhooks. A deleted one is seen by none of it.</summary>
internal static class WebhookStore
{
    private static readonly SqlText Columns = new("""
        w.organization_id, w.line_id, w.id, w.target_url, w.format, w.events, w.enabled, w.persistent, w.header_names, w.disabled_reason,
        w.disabled_at, w.version, w.created_at, w.updated_at, h.failing_since, h.warnings, h.failures, h.open_until, h.last_accepted_at,
        h.last_failed_at, h.last_error, h.queued, h.accepted, h.given_up
        """);

    /// <summary>The oldest first: there are few.</summary>
    public static Task<List<Webhook>> ListAsync(DbSession db, Guid organizationId, Guid lineId, CancellationToken ct) => db.QueryAsync($"""
        select {Columns} from webhook w
        join webhook_health h on h.organization_id = w.organization_id and h.webhook_id = w.id
        where w.organization_id = {organizationId} and w.line_id = {lineId} and w.deleted_at is null order by w.id
        """, Read, ct);

    public static Task<Webhook?> FindAsync(DbSession db, WebhookKey key, CancellationToken ct) => db.FirstAsync($"""
        select {Columns} from webhook w
        join webhook_health h on h.organization_id = w.organization_id and h.webhook_id = w.id
        where w.organization_id = {key.OrganizationId} and w.line_id = {key.LineId} and w.id = {key.Id} and w.deleted_at is null
        """, Read, ct);

    public static async Task<bool> IsArchivedAsync(DbSession db, Guid organizationId, Guid lineId, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1 from line where organization_id = {organizationId} and id = {lineId} and lifecycle_state = 'archived'
            """, _ => true, ct)).Count > 0;

    /// <summary>
    /// The webhook with its health, and the organization's place in its log if this is its first one. It is told what happens from now on.
    /// </summary>
    public static async Task AddAsync(
        DbSession db, WebhookKey key, string targetUrl, WebhookWish wish, byte[]? headers, long now, CancellationToken ct)
    {
        var (enabled, persistent) = (wish.Enabled ?? true, wish.Persistent ?? true);
        await db.ExecuteAsync($"""
            insert into webhook (organization_id, id, line_id, target_url, format, events, enabled, persistent, headers, header_names,
                disabled_at, from_position, created_at, updated_at)
            select p.organization_id, {key.Id}, {key.LineId}, {targetUrl}, {wish.Format ?? Webhook.Whapi},
                {Listed(wish.Events ?? WebhookEvents.All)}, {Flag(enabled)}, {Flag(persistent)}, {headers},
                {Listed(wish.Headers?.Keys ?? [])}, {(enabled ? null : now)}, p.position, {now}, {now}
            from event_position p where p.organization_id = {key.OrganizationId}
            """, ct);
        await db.ExecuteAsync($"""
            insert into webhook_health (organization_id, webhook_id) values ({key.OrganizationId}, {key.Id})
            """, ct);
        await db.ExecuteAsync($"""
            insert into webhook_relay (organization_id, position)
            select p.organization_id, p.position from event_position p where p.organization_id = {key.OrganizationId}
            on conflict (organization_id) do nothing
            """, ct);
    }

    /// <summary>Changes all but whether it is on. False when there is no such webhook, or not in this version.</summary>
    /// <param name="headers">Sealed; they count when the wish names headers.</param>
    public static async Task<bool> ChangeAsync(
        DbSession db, WebhookKey key, WebhookWish wish, byte[]? headers, long? version, long now, CancellationToken ct)
    {
        var (events, names) = (wish.Events is { } some ? Listed(some) : null, wish.Headers is { } all ? Listed(all.Keys) : null);
        long? persistent = wish.Persistent is { } wanted ? Flag(wanted) : null;
        return await db.ExecuteAsync($"""
            update webhook set format = coalesce({wish.Format}, format), events = coalesce({events}, events),
                persistent = coalesce({persistent}, persistent),
                headers = case when {Flag(names is not null)} = 1 then {headers} else headers end,
                header_names = coalesce({names}, header_names), version = version + 1, updated_at = {now}
            where organization_id = {key.OrganizationId} and line_id = {key.LineId} and id = {key.Id} and deleted_at is null
              and version = coalesce({version}, version)
            """, ct) == 1;
    }

    /// <summary>
    /// If it was off: it is told what happens from now on, what waits goes on, and its past failures are forgotten. While the relay has not
    /// come to where it was turned off, what lies between is told, too: too much is better than too little.
    /// </summary>
    public static async Task TurnOnAsync(DbSession db, WebhookKey key, CancellationToken ct)
    {
        if (await db.ExecuteAsync($"""
            update webhook set enabled = 1, disabled_reason = null, disabled_at = null, until_position = null, from_position = case
                when until_position > (select r.position from webhook_relay r where r.organization_id = webhook.organization_id)
                    then from_position
                else (select p.position from event_position p where p.organization_id = webhook.organization_id) end
            where organization_id = {key.OrganizationId} and id = {key.Id} and enabled = 0
            """, ct) == 0)
            return;
        await db.ExecuteAsync($"""
            update webhook_health set failing_since = null, warnings = 0, warned_at = null, failures = 0, open_until = null, openings = 0
            where organization_id = {key.OrganizationId} and webhook_id = {key.Id}
            """, ct);
    }

    /// <summary>False when it was off already. What happened before is still told, if later.</summary>
    /// <param name="reason">Null when a person wants it.</param>
    public static async Task<bool> TurnOffAsync(DbSession db, WebhookKey key, string? reason, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update webhook set enabled = 0, disabled_reason = {reason}, disabled_at = {now}, until_position = (
                select p.position from event_position p where p.organization_id = webhook.organization_id)
            where organization_id = {key.OrganizationId} and id = {key.Id} and enabled = 1
            """, ct) == 1;

    /// <summary>What a courier remembers of it is out of date.</summary>
    public static Task TouchAsync(DbSession db, WebhookKey key, long now, CancellationToken ct) => db.ExecuteAsync($"""
        update webhook set version = version + 1, updated_at = {now} where organization_id = {key.OrganizationId} and id = {key.Id}
        """, ct);

    /// <summary>Hides it; its rows are swept later.</summary>
    public static async Task<bool> DeleteAsync(DbSession db, WebhookKey key, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update webhook set deleted_at = {now}, version = version + 1, updated_at = {now}
            where organization_id = {key.OrganizationId} and line_id = {key.LineId} and id = {key.Id} and deleted_at is null
            """, ct) == 1;

    private static string Listed(IEnumerable<string> names) => string.Join(',', names);

    private static long Flag(bool value) => value ? 1 : 0;

    private static Webhook Read(DbDataReader row) => new(
        new WebhookKey(row.Uuid(0), row.Uuid(1), row.Uuid(2)), row.GetString(3), row.GetString(4), Names(row.GetString(5)), row.Truth(6),
        row.Truth(7), Names(row.GetString(8)), row.TextOrNull(9), row.NumberOrNull(10), row.GetInt64(11), row.GetInt64(12),
        row.GetInt64(13), new WebhookHealth(
            row.NumberOrNull(14), row.GetInt64(15), row.GetInt64(16), row.NumberOrNull(17), row.NumberOrNull(18), row.NumberOrNull(19),
            row.TextOrNull(20), row.GetInt64(21), row.GetInt64(22), row.GetInt64(23)));

    private static string[] Names(string listed) => listed.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
