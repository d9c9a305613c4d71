using System.Text.Json.Serialization;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>Closed set of what the network says unasked.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "say")]
[JsonDerivedType(typeof(OpenedPush), "opened")]
[JsonDerivedType(typeof(HappenedPush), "happened")]
[JsonDerivedType(typeof(ClosedPush), "closed")]
internal abstract record NetworkPush;

/// <summary>The device is logged in; always said before anything from its offline queue.</summary>
internal sealed record OpenedPush : NetworkPush
{
    public static readonly OpenedPush Instance = new();
}

/// <param name="Sequence">What to commit once the event is durable; 0 when the network does not wait for it.</param>
internal sealed record HappenedPush(LineEvent Event, long Sequence) : NetworkPush;

internal sealed record ClosedPush(CloseReason Reason) : NetworkPush;

internal enum CloseReason { StreamError, Replaced, LoggedOut, EngineOutdated, ConnectionLost, ByUs }
