using System.Data.Common;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Providers;

/// <summary>
/// Keeps the sealed secrets of linked devices. It stands beside the contract and not in an adapter because their end is the line's: what
/// says that a device is gone removes its keys in the same transaction. False means that the epoch is stale and nothing was changed.
/// </summary>
internal sealed class DeviceKeyStore : CommitKind<DeviceKeyWrite, bool>
{
    public override Guid OrganizationOf(DeviceKeyWrite item) => item.Owner.OrganizationId;

    // Two changes of one device must be stored in their order, and one statement may not write a key twice.
    public override object? ExclusiveKey(DeviceKeyWrite item) => item.Owner.LineId;

    public override IEnumerable<Sql> Write(CommitBatch<DeviceKeyWrite> batch)
    {
        if (batch.Items.Where(item => item.FromScratch).Select(item => item.Owner).ToList() is { Count: > 0 } renewed)
            yield return WipeOwned(renewed);
        var keys = batch.Items.SelectMany(item => item.Keys, (item, key) => (item.Owner, key.Name, key.Value)).ToList();
        if (keys.Where(key => key.Value is null).ToList() is { Count: > 0 } removed)
            yield return Remove(Named(removed));
        if (keys.Where(key => key.Value is not null).ToList() is { Count: > 0 } set)
            yield return Set(Named(set).Bytes("value", key => key.Value));
    }

    public override Sql Outcomes(CommitBatch<DeviceKeyWrite> batch)
    {
        Rows rows = Owners(batch.Items.Select(item => item.Owner).ToList());
        return Sql.Of($"""
            select case when o.epoch is null then 0 else 1 end
            from {rows}
            left join line_owner o on o.organization_id = r.organization_id and o.line_id = r.line_id and o.epoch = r.epoch
            order by r.ordinal
            """);
    }

    public override bool Read(DeviceKeyWrite item, DbDataReader row) => row.Truth(0);

    /// <summary>One row a name: whether the owner is current, and what is stored.</summary>
    public static Task<List<StoredDeviceKey>> ReadAsync(
        DbSession db, DeviceKeyOwner owner, IReadOnlyList<DeviceKeyName> names, CancellationToken ct)
    {
        Rows rows = Named([.. names.Select(name => (owner, name, (byte[]?)null))]);
        return db.QueryAsync(Sql.Of($"""
            select case when o.epoch is null then 0 else 1 end, r.type, r.id, k.epoch, k.value
            from {rows} left join line_owner o on {Owned}
            left join device_key k
                on k.organization_id = r.organization_id and k.line_id = r.line_id and k.type = r.type and k.id = r.id
            order by r.ordinal
            """), row => new StoredDeviceKey(
                row.Truth(0), new DeviceKeyName(row.GetString(1), row.GetString(2)), row.NumberOrNull(3) ?? 0,
                row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4)), ct);
    }

    /// <summary>The last word of a transaction after which lines may have no device any more: those keep no keys.</summary>
    public static Sql WipeUnlinked(IReadOnlyList<DeviceKeyOwner> owners)
    {
        Rows rows = Owners(owners);
        return Sql.Of($"""
            delete from device_key where (organization_id, line_id) in (
                select r.organization_id, r.line_id from {rows} join line_owner o on {Owned}
                join line l on l.organization_id = r.organization_id and l.id = r.line_id
                where l.device_id is null)
            """);
    }

    /// <summary>What a pairing left behind that nobody ended, on a line that is archived. One that still has a device is logged out first.</summary>
    public static Sql WipeArchived(Guid organizationId, Guid lineId) => $"""
        delete from device_key where organization_id = {organizationId} and line_id = {lineId} and exists (
            select 1 from line l
            where l.organization_id = {organizationId} and l.id = {lineId} and l.lifecycle_state = 'archived' and l.device_id is null)
        """;

    private static Sql WipeOwned(IReadOnlyList<DeviceKeyOwner> owners)
    {
        Rows rows = Owners(owners);
        return Sql.Of($"""
            delete from device_key where (organization_id, line_id) in (
                select r.organization_id, r.line_id from {rows} join line_owner o on {Owned})
            """);
    }

    private static readonly SqlText Owned = new("o.organization_id = r.organization_id and o.line_id = r.line_id and o.epoch = r.epoch");

    private static Sql Remove(Rows rows) => $"""
        delete from device_key where (organization_id, line_id, type, id) in (
            select r.organization_id, r.line_id, r.type, r.id from {rows} join line_owner o on {Owned})
        """;

    private static Sql Set(Rows rows) => $"""
        insert into device_key (organization_id, line_id, type, id, epoch, value)
        select r.organization_id, r.line_id, r.type, r.id, r.epoch, r.value from {rows} join line_owner o on {Owned}
        where true
        on conflict (organization_id, line_id, type, id) do update set epoch = excluded.epoch, value = excluded.value
        """;

    private static Rows<DeviceKeyOwner> Owners(IReadOnlyList<DeviceKeyOwner> owners) => Rows.Of("r", owners)
        .Uuid("organization_id", owner => owner.OrganizationId).Uuid("line_id", owner => owner.LineId)
        .Number("epoch", owner => owner.Epoch);

    private static Rows<(DeviceKeyOwner Owner, DeviceKeyName Name, byte[]? Value)> Named(
        IReadOnlyList<(DeviceKeyOwner Owner, DeviceKeyName Name, byte[]? Value)> keys) => Rows.Of("r", keys)
        .Uuid("organization_id", key => key.Owner.OrganizationId).Uuid("line_id", key => key.Owner.LineId)
        .Number("epoch", key => key.Owner.Epoch).Text("type", key => key.Name.Type).Text("id", key => key.Name.Id);
}

/// <param name="IsOwned">The asking owner is current.</param>
/// <param name="Epoch">Under which the value was sealed.</param>
internal sealed record StoredDeviceKey(bool IsOwned, DeviceKeyName Name, long Epoch, byte[]? Value);
