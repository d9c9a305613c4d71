using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;
using Ezw.Tests.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Providers.Simulator;

/// <summary>A network in this process, or behind a socket: then people act through its door.</summary>
internal sealed class SimulatedWorld : ProviderContractWorld
{
    private readonly SimulatedNetworkHost? host;
    private SimulatorDoor? door;

    public SimulatedWorld(bool overTcp, int seed = 1)
    {
        Network = new SimulatedNetwork(Time, seed);
        host = overTcp ? SimulatedNetworkHost.Listen(Network) : null;
        Transport = host is null ? new InProcessTransport(Network) : new TcpTransport(host.Address);
        Provider = new SimulatorProvider(Transport, Time, seed);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    public SimulatedNetwork Network { get; }

    public INetworkTransport Transport { get; }

    public override IProvider Provider { get; }

    public override IProvider OtherNode => Provider;

    public override Task<LinkDescriptor> OwnAsync() =>
        Task.FromResult(new LinkDescriptor(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, null));

    public override Task<LinkDescriptor> TakeOverAsync(LinkDescriptor line, LineIdentity identity) =>
        Task.FromResult(line with { Epoch = line.Epoch + 1, Identity = identity });

    public override Task PersonReadsAsync(string person) => Do(() => Advance(TimeSpan.FromSeconds(30)));

    public override void Advance(TimeSpan time) => Time.Advance(time);

    public override Task<bool> ScanAsync(string payload, string phoneNumber) => Task.FromResult(Network.Scan(payload, phoneNumber));

    public override Task<bool> EnterCodeAsync(string phoneNumber, string code) => Task.FromResult(Network.EnterCode(phoneNumber, code));

    public override Task<string> PersonWritesAsync(string person, string account, string body) =>
        Task.FromResult(Network.PersonWrites(person, account, body));

    public override Task<string> PhoneWritesAsync(string account, string person, string body) =>
        Task.FromResult(Network.PhoneWrites(account, person, body));

    public override ProviderContractClaims Claims => ProviderContractClaims.All;

    public override async Task<SeenContent.Media> AttachAsync(
        MediaKind kind, byte[] bytes, string mimeType, string? fileName, string? caption) => host is null
        ? Network.Attach(kind, bytes, mimeType, fileName, caption)
        : await (await DoorAsync(host)).AttachAsync(kind, bytes, mimeType, fileName, caption, SimulatedLine.Cancel);

    public override Task<string> PersonSendsAsync(string person, string to, SeenContent content, string? quoted = null) =>
        PersonDoesAsync(person, to, new WriteAct(content, quoted));

    public override Task PersonReactsAsync(string person, string to, string target, string? emoji) =>
        PersonDoesAsync(person, to, new ReactAct(target, emoji));

    public override Task PersonEditsAsync(string person, string to, string target, string body) =>
        PersonDoesAsync(person, to, new EditAct(target, body));

    public override Task PersonDeletesAsync(string person, string to, string target) =>
        PersonDoesAsync(person, to, new DeleteAct(target));

    public override Task PersonRenamesAsync(string person, string account, string name) =>
        PersonDoesAsync(person, account, new RenameAct(name));

    public override Task<string> PhoneSendsAsync(string account, string to, SeenContent content, string? quoted = null) =>
        PhoneDoesAsync(account, to, new WriteAct(content, quoted));

    public override Task PhoneReactsAsync(string account, string to, string target, string? emoji) =>
        PhoneDoesAsync(account, to, new ReactAct(target, emoji));

    public override Task PhoneEditsAsync(string account, string to, string target, string body) =>
        PhoneDoesAsync(account, to, new EditAct(target, body));

    public override Task PhoneDeletesAsync(string account, string to, string target) =>
        PhoneDoesAsync(account, to, new DeleteAct(target));

    public override Task PhoneReadsAsync(string account, string chat) => PhoneDoesAsync(account, chat, new ReadAct());

    public override async Task<string> MakeGroupAsync(string subject, params string[] members) => host is null
        ? Network.MakeGroup(subject, members)
        : await (await DoorAsync(host)).MakeGroupAsync(subject, members, SimulatedLine.Cancel);

    public override async Task RenameGroupAsync(string group, string subject)
    {
        if (host is null)
        {
            Network.RenameGroup(group, subject);
        }
        else
        {
            await (await DoorAsync(host)).RenameGroupAsync(group, subject, SimulatedLine.Cancel);
        }
    }

    public override Task RepeatEventsAsync() => Do(() => Network.SetFaults(new NetworkFaults { DuplicateEvents = 1 }));

    public override Task SpoilMediaAsync(SpoiledMedia how) => Do(() => Network.SetFaults(new NetworkFaults
    {
        MediaGone = how == SpoiledMedia.Gone, MediaCut = how == SpoiledMedia.Cut, MediaForged = how == SpoiledMedia.Forged,
    }));

    public override Task UnlinkAsync(string account) => Do(() => Network.Unlink(account));

    public override Task BreakStreamAsync(string account) => Do(() => Network.Disconnect(account));

    public override Task LoseAcksAsync(bool lose) => Do(() => Network.SetFaults(new NetworkFaults { AckLoss = lose ? 1 : 0 }));

    public override Task RestrictAsync(string account, bool restricted) =>
        Do(() => Network.SetFaults(new NetworkFaults { Restricted = restricted }, account));

    public override Task RemoveFromWhatsAppAsync(string phoneNumber) =>
        Do(() => Network.Describe(phoneNumber, person => person.OnWhatsApp = false));

    public override Task<IReadOnlyList<string>> ShownToAsync(string person) => Task.FromResult<IReadOnlyList<string>>(
        [.. Network.Messages().Where(message => message.ChatKey == person).Select(message => message.Body)]);

    public override Task<IReadOnlyList<ShownFile>> ShownFilesAsync(string person) => Task.FromResult<IReadOnlyList<ShownFile>>(
        [
            .. from message in Network.Messages()
               where message.ChatKey == person && message.Media is not null
               let caption = message.Body.Length > 0 ? message.Body : null
               let file = message.Media
               select new ShownFile(file.Kind, file.MimeType, file.FileName, caption, file.SizeBytes, file.Sha256),
        ]);

    public override Task RejectMediaAsync() => Do(() => Network.SetFaults(new NetworkFaults { RejectsMedia = true }));

    public override Task LoseUploadsAsync(bool lose) => Do(() => Network.SetFaults(new NetworkFaults { LoseUploads = lose ? 1 : 0 }));

    public override Task<int> ArrivalsAsync(string providerMessageId) => Task.FromResult(
        Network.Messages().Single(message => message.ProviderMessageId == providerMessageId).ArrivalCount);

    public override async ValueTask DisposeAsync()
    {
        if (door is not null)
        {
            await door.DisposeAsync();
        }

        if (host is not null)
        {
            await host.DisposeAsync();
        }

        Network.Dispose();
    }

    private async Task<string> PersonDoesAsync(string person, string to, Act act) => host is null
        ? Network.PersonDoes(person, to, act)
        : await (await DoorAsync(host)).PersonDoesAsync(person, to, act, SimulatedLine.Cancel);

    private async Task<string> PhoneDoesAsync(string account, string to, Act act) => host is null
        ? Network.PhoneDoes(account, to, act)
        : await (await DoorAsync(host)).PhoneDoesAsync(account, to, act, SimulatedLine.Cancel);

    private async Task<SimulatorDoor> DoorAsync(SimulatedNetworkHost served) =>
        door ??= await SimulatorDoor.ConnectAsync(served.Address, SimulatedLine.Cancel);

    private static Task Do(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}
