namespace Ezw.Lines;

/// <summary>What the owner's session learned about its line and wants stored, under its epoch.</summary>
/// <param name="Lifecycle">The new state; null leaves it.</param>
/// <param name="Pairing">The new pairing state; null leaves it.</param>
/// <param name="Link">What becomes of the identity.</param>
/// <param name="RestrictedUntil">Epoch-milliseconds; goes with the state.</param>
internal sealed record LineReport(
    Guid OrganizationId, Guid LineId, long Epoch, long At, LifecycleState? Lifecycle = null, string Reason = "",
    PairingReport? Pairing = null, LinkReport? Link = null, long? RestrictedUntil = null);

/// <param name="Qr">Sealed, as is the code.</param>
internal sealed record PairingReport(string State, string? Qr = null, string? Code = null, long? ExpiresAt = null);

/// <summary>All null: the device was removed.</summary>
internal sealed record LinkReport(string? PhoneNumber, string? Lid, string? DeviceId);
