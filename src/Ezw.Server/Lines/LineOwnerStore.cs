using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;

namespace Ezw.Lines;

/// <summary>
/// Which node holds which line. Leases are per node and use the database's clock only; epochs are per line and only rise, so that
/// a write of a former owner changes nothing.
/// </summary>
internal static class LineOwnerStore
{
    public static Task HeartbeatAsync(DbSession db, Guid nodeId, string name, long startedAt, long leaseMs, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into node (id, name, started_at, expires_at) values ({nodeId}, {name}, {startedAt}, {db.Dialect.Now} + {leaseMs})
            on conflict (id) do update set expires_at = excluded.expires_at
            """, ct);

    /// <summary>Opens the owner row of a new line; epoch 0 was never owned.</summary>
    public static Task OpenAsync(DbSession db, Guid organizationId, Guid lineId, CancellationToken ct) => db.ExecuteAsync(
        $"insert into line_owner (organization_id, line_id, node_id, epoch) values ({organizationId}, {lineId}, null, 0)", ct);

    /// <summary>How many nodes live and how many lines want an owner.</summary>
    public static async Task<(long Nodes, long Lines)> LoadAsync(DbSession db, CancellationToken ct) => (await db.QueryAsync($"""
        select (select count(*) from node where expires_at > {db.Dialect.Now}), (select count(*) from line_owner)
        """, row => (row.GetInt64(0), row.GetInt64(1)), ct))[0];

    /// <summary>
    /// Takes lines whose owner is dead or gone, at most <paramref name="max"/>. Returns how many. The organizations' locks are taken first:
    /// no batch that names an epoch can be half-way while that epoch changes, and of two claimers the later one sees what the earlier took.
    /// </summary>
    public static async Task<int> ClaimAsync(DbSession db, Guid nodeId, long max, CancellationToken ct)
    {
        var free = await db.QueryAsync($"""
            select o.organization_id, o.line_id from line_owner o where {Ownerless(db.Dialect)} order by o.line_id limit {max}
            """, row => (OrganizationId: row.Uuid(0), LineId: row.Uuid(1)), ct);
        if (free.Count == 0)
            return 0;
        await db.QueryAsync(EventStore.Lock(db.Dialect, [.. free.Select(f => f.OrganizationId).Distinct()]), _ => 0, ct);
        Rows rows = Rows.Of("r", free).Uuid("line_id", f => f.LineId);
        return await db.ExecuteAsync($"""
            update line_owner set node_id = {nodeId}, epoch = epoch + 1
            where line_id in (
                select o.line_id from {rows} join line_owner o on o.line_id = r.line_id where {Ownerless(db.Dialect)})
            """, ct);
    }

    private static Sql Ownerless(Dialect dialect) => $"""
        (o.node_id is null or not exists (select 1 from node n where n.id = o.node_id and n.expires_at > {dialect.Now}))
        """;

    /// <summary>Hands lines back after their links are closed. Only lines still held under the given epoch are touched.</summary>
    public static Task ReleaseAsync(DbSession db, Guid nodeId, IReadOnlyList<(Guid LineId, long Epoch)> lines, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", lines).Uuid("line_id", l => l.LineId).Number("epoch", l => l.Epoch);
        return db.ExecuteAsync($"""
            update line_owner set node_id = null
            where node_id = {nodeId}
              and exists (select 1 from {rows} where r.line_id = line_owner.line_id and r.epoch = line_owner.epoch)
            """, ct);
    }

    /// <summary>
    /// Gives up every line of a node that could not trust its lease. Whoever takes them, perhaps the same node, does so under a new
    /// epoch: what was under way then can neither write nor be waited for.
    /// </summary>
    public static Task ForfeitAsync(DbSession db, Guid nodeId, CancellationToken ct) =>
        db.ExecuteAsync($"update line_owner set node_id = null where node_id = {nodeId}", ct);

    /// <summary>The node is going: others may take its lines at once.</summary>
    public static Task LeaveAsync(DbSession db, Guid nodeId, CancellationToken ct) =>
        db.ExecuteAsync($"delete from node where id = {nodeId}", ct);

    /// <summary>Forgets nodes that died long ago.</summary>
    public static Task SweepAsync(DbSession db, long keepMs, CancellationToken ct) =>
        db.ExecuteAsync($"delete from node where expires_at < {db.Dialect.Now} - {keepMs}", ct);

    /// <summary>Forgets all nodes; only for a database that no other node can be using.</summary>
    public static Task ForgetNodesAsync(DbSession db, CancellationToken ct) => db.ExecuteAsync($"delete from node", ct);
}
