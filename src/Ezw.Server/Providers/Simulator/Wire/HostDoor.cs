using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>Carries out what comes through the door of a served network.</summary>
internal sealed class HostDoor(SimulatedNetwork network)
{
    public async Task<DoorAnswer> AnswerAsync(DoorRequest request, CancellationToken cancellationToken) => request switch
    {
        ScanDoor scan => new DoorAnswer { Done = network.Scan(scan.Payload, scan.PhoneNumber) },
        EnterCodeDoor enter => new DoorAnswer { Done = network.EnterCode(enter.PhoneNumber, enter.Code) },
        LinkDeviceDoor link => new DoorAnswer { Identity = network.LinkDevice(link.PhoneNumber) },
        PersonDoesDoor does => new DoorAnswer { Id = network.PersonDoes(does.Person, does.To, does.Act) },
        PhoneDoesDoor does => new DoorAnswer { Id = network.PhoneDoes(does.Account, does.To, does.Act) },
        MakeGroupDoor make => new DoorAnswer { Id = network.MakeGroup(make.Subject, make.Members) },
        RenameGroupDoor rename => Do(() => network.RenameGroup(rename.Group, rename.Subject)),
        TellDoor tell => Do(() => network.Tell(tell.Account, tell.Event)),
        AddMediaDoor add => new DoorAnswer { Id = network.AddMedia(add.Bytes) },
        RevealIdentityDoor reveal => Do(() => network.RevealIdentity(reveal.Account, reveal.Person)),
        PlaceOnWhatsAppDoor place => Do(() => network.Describe(place.PhoneNumber, person => person.OnWhatsApp = place.OnWhatsApp)),
        FaultsDoor faults => Do(() => network.SetFaults(faults.Faults, faults.Account)),
        DisconnectDoor disconnect => Do(() => network.Disconnect(disconnect.Account)),
        TakeOverDoor takeOver => Do(() => network.TakeOver(takeOver.Account)),
        UnlinkDoor unlink => Do(() => network.Unlink(unlink.Account)),
        RecordDoor record => new DoorAnswer
        {
            Messages = network.Messages(record.After, record.Limit),
            RawArrivals = network.RawArrivals,
        },
        ReachedDoor reached => await ReachedAsync(reached.Count, cancellationToken),
        SessionsDoor => new DoorAnswer { Sessions = network.Sessions(), LongestOverlap = network.LongestOverlap() },
        _ => new DoorAnswer { Done = false },
    };

    private async Task<DoorAnswer> ReachedAsync(int count, CancellationToken cancellationToken)
    {
        await network.MessagesReachedAsync(count).WaitAsync(cancellationToken);
        return new DoorAnswer();
    }

    private static DoorAnswer Do(Action act)
    {
        act();
        return new DoorAnswer();
    }
}
