namespace Ezw.Providers;

/// <summary>One of the secrets of a linked device, as its engine names it: credentials, a session, a pre-key.</summary>
/// <param name="Id">Empty where there is only one of the type.</param>
public readonly record struct DeviceKeyName(string Type, string Id);

/// <param name="Value">Null for none: to be removed, or not there.</param>
public sealed record DeviceKey(DeviceKeyName Name, byte[]? Value);

/// <summary>Whose keys, and under which ownership they are written.</summary>
public readonly record struct DeviceKeyOwner(Guid OrganizationId, Guid LineId, long Epoch);

/// <summary>A change that commits as a whole or, under a stale epoch, not at all.</summary>
/// <param name="Keys">Sealed, each name once.</param>
/// <param name="FromScratch">Whatever else there was of this device is removed first.</param>
public sealed record DeviceKeyWrite(DeviceKeyOwner Owner, IReadOnlyList<DeviceKey> Keys, bool FromScratch = false);
