using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Lines;

/// <summary>Hand-written SQL of lines: the rule of sendability and the writes of the API.</summary>
internal static class LineStore
{
    /// <summary>True for a row of <c>line l</c> that may accept a send. Mirrors <see cref="LineCondition.EffectiveSendState"/>.</summary>
    public static Sql Sendable(long now, long graceMs) => $"""
        (l.paused_at is null
         and (l.lifecycle_state = 'connected' or (l.lifecycle_state = 'reconnecting' and l.lifecycle_since > {now - graceMs})))
        """;

    private static readonly SqlText WaitsForAPerson = new("lifecycle_state in ('stopped', 'failed', 'engine_outdated', 'conflict')");

    /// <summary>Changes a line and logs it in one transaction. Returns false when nothing matched, e.g. the version was stale.</summary>
    public static Task<bool> ChangeAsync(Database database, Guid organizationId, Guid lineId, Sql change, long now, CancellationToken ct) =>
        EventStore.WriteAsync(database, organizationId, async db =>
        {
            // Before the line, as the commit queue does: the other way round a change and a session's report would wait for each other.
            await db.QueryAsync(EventStore.Lock(db.Dialect, [organizationId]), _ => 0, ct);
            if (await db.ExecuteAsync(change, ct) == 0)
                return false;
            await db.ExecuteAsync(DeviceKeyStore.WipeArchived(organizationId, lineId), ct);
            await EventStore.AppendAsync(db, [new(organizationId, LineEvents.Changed, lineId, null, lineId, null, now)], ct);
            return true;
        }, ct);

    public static Sql Rename(Guid organizationId, Guid lineId, string displayName, long? version) => $"""
        update line set display_name = {displayName}, version = version + 1
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
          and version = coalesce({version}, version)
        """;

    public static Sql Pause(Guid organizationId, Guid lineId, long now) => $"""
        update line set paused_at = coalesce(paused_at, {now}), version = version + 1
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
        """;

    public static Sql Resume(Guid organizationId, Guid lineId) => $"""
        update line set paused_at = null, version = version + 1
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
        """;

    /// <summary>Also lifts a state in which the owner waits for a person, so that it tries again.</summary>
    public static Sql WishRunning(Guid organizationId, Guid lineId, long now) => $"""
        update line set desired_state = 'running', version = version + 1,
               lifecycle_since = case when {WaitsForAPerson} then {now} else lifecycle_since end,
               lifecycle_state = case when {WaitsForAPerson} then 'connecting' else lifecycle_state end
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
        """;

    public static Sql WishStopped(Guid organizationId, Guid lineId) => $"""
        update line set desired_state = 'stopped', version = version + 1
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
        """;

    public static Sql WishLogout(Guid organizationId, Guid lineId, long now) => $"""
        update line set logout_requested_at = {now}, version = version + 1
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
        """;

    /// <summary>Archives at once; the owner node then drops the session and logs the device out.</summary>
    public static Sql Archive(Guid organizationId, Guid lineId, long now) => $"""
        update line set lifecycle_state = 'archived', lifecycle_reason = '', lifecycle_since = {now}, desired_state = 'stopped',
               logout_requested_at = case when device_id is null then null else {now} end, version = version + 1
        where organization_id = {organizationId} and id = {lineId} and lifecycle_state <> 'archived'
        """;

    public static Sql RequestPairing(Guid organizationId, Guid lineId, string method, string? phoneNumber, long now) => $"""
        insert into pairing (organization_id, line_id, method, phone_number, state, requested_at)
        select l.organization_id, l.id, {method}, {phoneNumber}, 'requested', {now}
        from line l where l.organization_id = {organizationId} and l.id = {lineId} and l.lifecycle_state <> 'archived'
        on conflict (organization_id, line_id) do update set method = excluded.method, phone_number = excluded.phone_number,
            state = 'requested', qr = null, code = null, expires_at = null, requested_at = excluded.requested_at
        """;

    public static Sql CancelPairing(Guid organizationId, Guid lineId) => $"""
        update pairing set state = 'canceled', qr = null, code = null, expires_at = null
        where organization_id = {organizationId} and line_id = {lineId} and state in ('requested', 'offered')
        """;

    /// <summary>Lines that this node owns, with what is wished of them. System duty: crosses organizations.</summary>
    public static Task<List<OwnedLine>> OwnedAsync(DbSession db, Guid nodeId, Guid? lineId, CancellationToken ct) => db.QueryAsync($"""
        select l.organization_id, l.id, o.epoch, l.provider, l.phone_number, l.lid, l.device_id, l.desired_state, l.logout_requested_at,
               l.lifecycle_state, l.lifecycle_since, p.state, p.method, p.phone_number, p.requested_at
        from line_owner o join line l on l.organization_id = o.organization_id and l.id = o.line_id
        left join pairing p on p.organization_id = l.organization_id and p.line_id = l.id
            and p.state in ('requested', 'offered', 'canceled')
        where o.node_id = {nodeId} and o.line_id = coalesce({lineId}, o.line_id)
        """, ReadOwned, ct);

    private static OwnedLine ReadOwned(DbDataReader row) => new(
        new Line
        {
            OrganizationId = row.Uuid(0), Id = row.Uuid(1), Provider = row.GetString(3), PhoneNumber = row.TextOrNull(4),
            Lid = row.TextOrNull(5), DeviceId = row.TextOrNull(6), DesiredState = row.GetString(7), LogoutRequestedAt = row.NumberOrNull(8),
            LifecycleState = row.GetString(9), LifecycleSince = row.GetInt64(10),
        },
        row.GetInt64(2),
        row.IsDBNull(11) ? null : new PairingWish(row.GetString(11), row.GetString(12), row.TextOrNull(13), row.GetInt64(14)));
}

/// <param name="Epoch">The epoch under which this node owns the line.</param>
internal sealed record OwnedLine(Line Line, long Epoch, PairingWish? Pairing);

internal sealed record PairingWish(string State, string Method, string? PhoneNumber, long RequestedAt);
