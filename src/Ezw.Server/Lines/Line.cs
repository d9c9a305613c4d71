using Ezw.Foundation.Storage;
using Ezw.Providers;

namespace Ezw.Lines;

/// <summary>A WhatsApp number of an organization. The API writes wishes (desired state, pause, log-out); the owner node makes them true.</summary>
internal sealed class Line : IOrganizationOwned
{
    public const string Running = "running";
    public const string Stopped = "stopped";

    public Guid OrganizationId { get; init; }
    public Guid Id { get; init; }
    public string DisplayName { get; init; } = "";
    public string Provider { get; init; } = "";
    public string? PhoneNumber { get; init; }
    public string? Lid { get; init; }
    public string? DeviceId { get; init; }
    public string DesiredState { get; init; } = Running;
    public long? LogoutRequestedAt { get; init; }
    public string LifecycleState { get; init; } = "created";
    public string LifecycleReason { get; init; } = "";
    public long LifecycleSince { get; init; }
    public long? RestrictedUntil { get; init; }
    public long? PausedAt { get; init; }
    public long Version { get; init; }
    public long CreatedAt { get; init; }

    public LifecycleState Lifecycle => StateNames.ParseLifecycle(LifecycleState);

    public LineIdentity? Identity => DeviceId is null || PhoneNumber is null ? null : new LineIdentity(PhoneNumber, Lid, DeviceId);

    public bool ShouldRun => DesiredState == Running && Identity is not null && LogoutRequestedAt is null;

    public LineCondition Condition => new(Lifecycle, LifecycleSince, PausedAt is not null);
}

/// <summary>The part of a line that decides whether it can send. <see cref="LineStore.Sendable"/> is the same rule in SQL; a test compares them.</summary>
/// <param name="Since">Epoch-milliseconds of the last change of state.</param>
internal readonly record struct LineCondition(LifecycleState Lifecycle, long Since, bool Paused)
{
    public EffectiveSendState EffectiveSendState(long now, long graceMs) => Lifecycle switch
    {
        LifecycleState.Archived => Lines.EffectiveSendState.Archived,
        LifecycleState.Created or LifecycleState.Pairing or LifecycleState.LoggedOut => Lines.EffectiveSendState.QrRequired,
        _ when Paused => Lines.EffectiveSendState.Paused,
        LifecycleState.Connected => Lines.EffectiveSendState.Sendable,
        // A short break is normal for a socket: what is accepted meanwhile waits in the queue.
        LifecycleState.Reconnecting when Since > now - graceMs => Lines.EffectiveSendState.Sendable,
        LifecycleState.Connecting or LifecycleState.Reconnecting => Lines.EffectiveSendState.Connecting,
        LifecycleState.Restricted => Lines.EffectiveSendState.Restricted,
        LifecycleState.Conflict or LifecycleState.EngineOutdated or LifecycleState.Failed or LifecycleState.Stopped =>
            Lines.EffectiveSendState.Unavailable,
        _ => throw new InvalidOperationException($"Unknown lifecycle state {Lifecycle}."),
    };

    /// <summary>whapi's channel status: INIT 1, LAUNCH 2, QR 3, AUTH 4, ERROR 5.</summary>
    public (int Code, string Text) HealthStatus => Lifecycle switch
    {
        LifecycleState.Created or LifecycleState.Stopped or LifecycleState.Archived => (1, "INIT"),
        LifecycleState.Connecting or LifecycleState.Reconnecting => (2, "LAUNCH"),
        LifecycleState.Pairing or LifecycleState.LoggedOut => (3, "QR"),
        LifecycleState.Connected or LifecycleState.Restricted => (4, "AUTH"),
        LifecycleState.Conflict or LifecycleState.EngineOutdated or LifecycleState.Failed => (5, "ERROR"),
        _ => throw new InvalidOperationException($"Unknown lifecycle state {Lifecycle}."),
    };
}
