using System.Text.Json.Serialization;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>What a test asks of a network in another process: the acts of phones and people, faults, and the record.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(ScanDoor), "scan")]
[JsonDerivedType(typeof(EnterCodeDoor), "enterCode")]
[JsonDerivedType(typeof(LinkDeviceDoor), "linkDevice")]
[JsonDerivedType(typeof(PersonWritesDoor), "personWrites")]
[JsonDerivedType(typeof(PhoneWritesDoor), "phoneWrites")]
[JsonDerivedType(typeof(RevealIdentityDoor), "revealIdentity")]
[JsonDerivedType(typeof(PlaceOnWhatsAppDoor), "placeOnWhatsApp")]
[JsonDerivedType(typeof(FaultsDoor), "faults")]
[JsonDerivedType(typeof(DisconnectDoor), "disconnect")]
[JsonDerivedType(typeof(TakeOverDoor), "takeOver")]
[JsonDerivedType(typeof(UnlinkDoor), "unlink")]
[JsonDerivedType(typeof(RecordDoor), "record")]
[JsonDerivedType(typeof(ReachedDoor), "reached")]
[JsonDerivedType(typeof(SessionsDoor), "sessions")]
internal abstract record DoorRequest;

internal sealed record ScanDoor(string Payload, string PhoneNumber) : DoorRequest;

internal sealed record EnterCodeDoor(string PhoneNumber, string Code) : DoorRequest;

internal sealed record LinkDeviceDoor(string PhoneNumber) : DoorRequest;

internal sealed record PersonWritesDoor(string Person, string Account, string Body, string? Quoted) : DoorRequest;

internal sealed record PhoneWritesDoor(string Account, string Person, string Body) : DoorRequest;

internal sealed record RevealIdentityDoor(string Account, string Person) : DoorRequest;

internal sealed record PlaceOnWhatsAppDoor(string PhoneNumber, bool OnWhatsApp) : DoorRequest;

internal sealed record FaultsDoor(NetworkFaults Faults, string? Account) : DoorRequest;

internal sealed record DisconnectDoor(string? Account) : DoorRequest;

internal sealed record TakeOverDoor(string Account) : DoorRequest;

internal sealed record UnlinkDoor(string Account) : DoorRequest;

internal sealed record RecordDoor(long After, int Limit) : DoorRequest;

internal sealed record ReachedDoor(int Count) : DoorRequest;

internal sealed record SessionsDoor : DoorRequest;

/// <summary>One shape for all answers: each request fills what it promises.</summary>
internal sealed record DoorAnswer
{
    public bool Done { get; init; } = true;

    public string? MessageId { get; init; }

    public LineIdentity? Identity { get; init; }

    public IReadOnlyList<RecordedMessage>? Messages { get; init; }

    public long RawArrivals { get; init; }

    public IReadOnlyList<SessionRecord>? Sessions { get; init; }

    public TimeSpan LongestOverlap { get; init; }
}
