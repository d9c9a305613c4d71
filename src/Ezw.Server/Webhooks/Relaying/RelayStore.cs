using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Relaying;

/// <summary>SQL of whose log is to be followed, and for whom.</summary>
internal static class RelayStore
{
    /// <summary>
    /// Organizations with webhooks whose log has grown. Of several nodes the one that owns an organization's first line follows it; if two
    /// believe to be that one, a page is still stored once. System duty: crosses organizations.
    /// </summary>
    /// <param name="only">Null: all.</param>
    public static Task<List<RelayProgress>> BehindAsync(
        DbSession db, Guid nodeId, IReadOnlyCollection<Guid>? only, int limit, CancellationToken ct)
    {
        var among = only is null ? Sql.Of($"") : Sql.Of($"and r.organization_id {IdSet.Of(only)}");
        return db.QueryAsync($"""
            select r.organization_id, r.position from webhook_relay r join event_position p on p.organization_id = r.organization_id
            where p.position > r.position {among} and {nodeId} = (
                select o.node_id from line_owner o where o.organization_id = r.organization_id order by o.line_id limit 1)
            limit {(long)limit}
            """, row => new RelayProgress(row.Uuid(0), row.GetInt64(1)), ct);
    }

    /// <summary>Those who are told what comes after the position: also who was turned off since.</summary>
    public static Task<List<Subscriber>> SubscribersAsync(DbSession db, RelayProgress progress, CancellationToken ct) => db.QueryAsync($"""
        select id, line_id, format, events, persistent, from_position, until_position from webhook
        where organization_id = {progress.OrganizationId} and (enabled = 1 or until_position > {progress.Position})
          and deleted_at is null
        order by id
        """, row => new Subscriber(
            row.Uuid(0), row.Uuid(1), row.GetString(2), [.. row.GetString(3).Split(',')], row.Truth(4), row.GetInt64(5),
            row.NumberOrNull(6) ?? long.MaxValue), ct);
}

internal sealed record RelayProgress(Guid OrganizationId, long Position);

/// <param name="FromPosition">Events up to here are not told.</param>
/// <param name="UntilPosition">Nor those after here.</param>
internal sealed record Subscriber(
    Guid WebhookId, Guid LineId, string Format, IReadOnlyList<string> Events, bool Persistent, long FromPosition, long UntilPosition)
{
    public bool Wants(string happened) => Events.Contains(happened);

    public bool IsTold(long position) => position > FromPosition && position <= UntilPosition;
}
