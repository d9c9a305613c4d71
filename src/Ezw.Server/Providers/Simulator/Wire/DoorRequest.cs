using System.Text.Json.Serialization;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>What a test asks of a network in another process: the acts of phones and people, faults, and the record.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(ScanDoor), "scan")]
[JsonDerivedType(typeof(EnterCodeDoor), "enterCode")]
[JsonDerivedType(typeof(LinkDeviceDoor), "linkDevice")]
[JsonDerivedType(typeof(PersonDoesDoor), "personDoes")]
[JsonDerivedType(typeof(PhoneDoesDoor), "phoneDoes")]
[JsonDerivedType(typeof(MakeGroupDoor), "makeGroup")]
[JsonDerivedType(typeof(RenameGroupDoor), "renameGroup")]
[JsonDerivedType(typeof(TellDoor), "tell")]
[JsonDerivedType(typeof(AddMediaDoor), "addMedia")]
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

internal sealed record PersonDoesDoor(string Person, string To, Act Act) : DoorRequest;

internal sealed record PhoneDoesDoor(string Account, string To, Act Act) : DoorRequest;

internal sealed record MakeGroupDoor(string Subject, IReadOnlyList<string> Members) : DoorRequest;

internal sealed record RenameGroupDoor(string Group, string Subject) : DoorRequest;

internal sealed record TellDoor(string Account, LineEvent Event) : DoorRequest;

internal sealed record AddMediaDoor(byte[] Bytes) : DoorRequest;

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

    /// <summary>Of the message, group or media that was made.</summary>
    public string? Id { get; init; }

    public LineIdentity? Identity { get; init; }

    public IReadOnlyList<RecordedMessage>? Messages { get; init; }

    public long RawArrivals { get; init; }

    public IReadOnlyList<SessionRecord>? Sessions { get; init; }

    public TimeSpan LongestOverlap { get; init; }
}
