using System.Text.Json.Serialization;

namespace Ezw.Client;

/// <summary>A WhatsApp number of an organization, as the workspace sees it.</summary>
/// <param name="LifecycleState">
/// created, pairing, connecting, connected, reconnecting, restricted, conflict, logged_out, engine_outdated, failed, stopped or archived.
/// </param>
/// <param name="RestrictedUntil">When WhatsApp lifts the restriction of the account, where it says so.</param>
/// <param name="EffectiveSendState">sendable, paused, qr_required, connecting, restricted, unavailable or archived.</param>
/// <param name="Permission">What the caller may do: manage, operate or see.</param>
/// <param name="Version">Send it back with a change; a stale one is refused with 409.</param>
public sealed record LineView(
    Guid Id, string DisplayName, string Provider, string? PhoneNumber, string LifecycleState, string LifecycleReason,
    DateTimeOffset LifecycleSince, DateTimeOffset? RestrictedUntil, string EffectiveSendState, bool Sendable, string DesiredState,
    bool Paused, string Permission, long Version, DateTimeOffset CreatedAt);

/// <summary>A page of a list. There are no totals; <c>nextCursor</c> is null on the last page.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewLine(string DisplayName, string? Provider);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LineChange(string DisplayName, long? Version);

/// <param name="Method">"qr" or "code".</param>
/// <param name="PhoneNumber">The number of the phone, required for "code".</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewPairing(string Method, string? PhoneNumber);

/// <param name="State">requested, offered, paired, expired, canceled, refused or unreachable.</param>
/// <param name="Qr">The text of the QR code, while one is offered.</param>
/// <param name="QrPng">The same as a PNG image, base64.</param>
/// <param name="Code">Eight characters to type on the phone, for method "code".</param>
public sealed record PairingView(string State, string Method, string? Qr, string? QrPng, DateTimeOffset? ExpiresAt, string? Code);

/// <summary>POST /api/lines/{lineId}/pairing/simulated-phone: a phone of the simulator scans or types what is offered.</summary>
/// <param name="PhoneNumber">Of the phone, E.164; left out, the server makes one up, or takes the one that the code was asked for.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SimulatedPhone(string? PhoneNumber = null);

/// <summary>A way to connect lines.</summary>
/// <param name="Kind">The provider of a line: simulator or linked-device.</param>
/// <param name="IsSimulated">Its phones and people exist on this server only.</param>
/// <param name="WhyNot">Why lines of this kind cannot be made here, for whoever runs the server; null when they can.</param>
public sealed record ProviderView(string Kind, bool IsSimulated, bool IsAvailable, string? WhyNot, bool PairsByQr, bool PairsByCode);

/// <param name="Token">Shown once; only its hash is kept.</param>
public sealed record LineTokenCreated(string Token, string TokenPrefix, Guid LineId, DateTimeOffset CreatedAt);

/// <param name="OverlapHours">How long the previous token goes on working, 0 to 24. Default 0.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record NewLineToken(int? OverlapHours);

public sealed record LineTokenView(
    Guid Id, string TokenPrefix, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);

/// <param name="Level">"see" or "operate".</param>
public sealed record LinePermissionView(Guid UserId, string Email, string Level);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record LinePermissionChange(string Level);

/// <summary>Answer of GET /api/v1/health.</summary>
public sealed record LineHealth(string ChannelId, string ChannelType, bool WakeupRequested, HealthSection Health, HealthLine Line);

public sealed record HealthSection(HealthStatus Status);

/// <param name="Code">INIT 1, LAUNCH 2, QR 3, AUTH 4, ERROR 5.</param>
public sealed record HealthStatus(int Code, string Text);

public sealed record HealthLine(string DisplayName, string? PhoneNumber, string LifecycleState, string EffectiveSendState, bool Sendable);
