using Ezw.Providers;

namespace Ezw.Lines;

/// <summary>Whose link speaks: every write that follows names the epoch.</summary>
internal readonly record struct LineKey(Guid OrganizationId, Guid LineId, long Epoch);

/// <summary>What flows through a line's link besides its own state; Messaging takes it.</summary>
internal interface ILineTraffic
{
    /// <summary>Stores a message, receipt or identity. Completes after the durable commit; false when the epoch is stale.</summary>
    Task<bool> TakeAsync(LineKey line, LineEvent happened, CancellationToken cancellationToken);

    /// <summary>The node took lines whose owner was gone: what that one had in flight has no one to end it.</summary>
    Task TakenOverAsync(Guid nodeId, CancellationToken cancellationToken);

    /// <summary>The line can send now.</summary>
    void Connected(LineKey line);
}
