using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;

namespace Ezw.Providers.LinkedDevice.Keys;

/// <summary>
/// The credentials and Signal keys of linked devices, sealed on their way into the database. The seal binds a value to its organization,
/// line, type and id, so that none opens in another's place, and to the epoch of its writing, which stands beside it: an old value cannot
/// pass for one of the present owner. A whole row that is put back would still open; that a former owner does so, the fence prevents.
/// </summary>
internal sealed class DeviceKeys(Database database, CommitQueue commits, DeviceKeyStore store, SecretBox box)
{
    /// <summary>What is stored of the names asked for, in their order.</summary>
    /// <exception cref="StaleEpochException">Another node owns the line.</exception>
    public async Task<IReadOnlyList<DeviceKey>> GetAsync(DeviceKeyOwner owner, IReadOnlyList<DeviceKeyName> names, CancellationToken ct)
    {
        if (names.Count == 0)
            return [];
        await using var db = await database.ReadAsync(ct);
        var stored = await DeviceKeyStore.ReadAsync(db, owner, names, ct);
        return stored.TrueForAll(key => key.IsOwned)
            ? stored.ConvertAll(key => new DeviceKey(key.Name, Open(owner, key)))
            : throw new StaleEpochException();
    }

    /// <summary>Completes after the durable commit.</summary>
    /// <exception cref="StaleEpochException">Another node owns the line; nothing was written.</exception>
    public async Task SetAsync(DeviceKeyOwner owner, IReadOnlyList<DeviceKey> keys, CancellationToken ct)
    {
        var latest = keys.GroupBy(key => key.Name).Select(same => Seal(owner, same.Last()));
        if (!await commits.CommitAsync(store, new DeviceKeyWrite(owner, [.. latest]), ct))
            throw new StaleEpochException();
    }

    /// <summary>Makes room for a new device: nothing of a former one may be found by it.</summary>
    /// <exception cref="StaleEpochException">Another node owns the line; nothing was removed.</exception>
    public async Task WipeAsync(DeviceKeyOwner owner, CancellationToken ct)
    {
        if (!await commits.CommitAsync(store, new DeviceKeyWrite(owner, [], FromScratch: true), ct))
            throw new StaleEpochException();
    }

    private DeviceKey Seal(DeviceKeyOwner owner, DeviceKey key) =>
        key.Value is { } value ? key with { Value = box.Seal(value, Purpose(owner, owner.Epoch, key.Name)) } : key;

    private byte[]? Open(DeviceKeyOwner owner, StoredDeviceKey key) =>
        key.Value is { } value ? box.Open(value, Purpose(owner, key.Epoch, key.Name)) : null;

    // Only the type's length could make two different names read the same.
    private static string Purpose(DeviceKeyOwner owner, long epoch, DeviceKeyName name) =>
        $"device-key/{owner.OrganizationId}/{owner.LineId}/{epoch}/{name.Type.Length}/{name.Type}/{name.Id}";
}
