using System.Net;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>The door of a simulated network in another process: acts as its phones and people, and reads its record.</summary>
internal sealed class SimulatorDoor : IAsyncDisposable
{
    private const int RecordPage = 1000;

    private readonly TcpConnection connection;

    private SimulatorDoor(TcpConnection connection) => this.connection = connection;

    public static async Task<SimulatorDoor> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken) =>
        new(new TcpConnection(await TcpTransport.ConnectAsync(address, cancellationToken), listener: null));

    public async Task<bool> ScanAsync(string payload, string phoneNumber, CancellationToken cancellationToken) =>
        (await AskAsync(new ScanDoor(payload, phoneNumber), cancellationToken)).Done;

    public async Task<bool> EnterCodeAsync(string phoneNumber, string code, CancellationToken cancellationToken) =>
        (await AskAsync(new EnterCodeDoor(phoneNumber, code), cancellationToken)).Done;

    public async Task<LineIdentity> LinkDeviceAsync(string phoneNumber, CancellationToken cancellationToken) =>
        (await AskAsync(new LinkDeviceDoor(phoneNumber), cancellationToken)).Identity!;

    /// <returns>The provider id of the message.</returns>
    public Task<string> PersonWritesAsync(
        string person, string to, string body, CancellationToken cancellationToken, string? quoted = null) =>
        PersonSendsAsync(person, to, new SeenContent.Text(body), cancellationToken, quoted);

    public Task<string> PersonSendsAsync(
        string person, string to, SeenContent content, CancellationToken cancellationToken, string? quoted = null) =>
        PersonDoesAsync(person, to, new WriteAct(content, quoted), cancellationToken);

    /// <param name="emoji">Null takes the reaction back.</param>
    public Task PersonReactsAsync(string person, string to, string target, string? emoji, CancellationToken cancellationToken) =>
        PersonDoesAsync(person, to, new ReactAct(target, emoji), cancellationToken);

    public Task PersonEditsAsync(string person, string to, string target, string body, CancellationToken cancellationToken) =>
        PersonDoesAsync(person, to, new EditAct(target, body), cancellationToken);

    public Task PersonDeletesAsync(string person, string to, string target, CancellationToken cancellationToken) =>
        PersonDoesAsync(person, to, new DeleteAct(target), cancellationToken);

    public Task PersonRenamesAsync(string person, string account, string name, CancellationToken cancellationToken) =>
        PersonDoesAsync(person, account, new RenameAct(name), cancellationToken);

    /// <returns>The provider id of the message.</returns>
    public Task<string> PhoneWritesAsync(
        string account, string to, string body, CancellationToken cancellationToken, string? quoted = null) =>
        PhoneSendsAsync(account, to, new SeenContent.Text(body), cancellationToken, quoted);

    public Task<string> PhoneSendsAsync(
        string account, string to, SeenContent content, CancellationToken cancellationToken, string? quoted = null) =>
        PhoneDoesAsync(account, to, new WriteAct(content, quoted), cancellationToken);

    /// <param name="emoji">Null takes the reaction back.</param>
    public Task PhoneReactsAsync(string account, string to, string target, string? emoji, CancellationToken cancellationToken) =>
        PhoneDoesAsync(account, to, new ReactAct(target, emoji), cancellationToken);

    public Task PhoneEditsAsync(string account, string to, string target, string body, CancellationToken cancellationToken) =>
        PhoneDoesAsync(account, to, new EditAct(target, body), cancellationToken);

    public Task PhoneDeletesAsync(string account, string to, string target, CancellationToken cancellationToken) =>
        PhoneDoesAsync(account, to, new DeleteAct(target), cancellationToken);

    public Task PhoneReadsAsync(string account, string chat, CancellationToken cancellationToken) =>
        PhoneDoesAsync(account, chat, new ReadAct(), cancellationToken);

    public async Task<string> PersonDoesAsync(string person, string to, Act act, CancellationToken cancellationToken) =>
        (await AskAsync(new PersonDoesDoor(person, to, act), cancellationToken)).Id!;

    public async Task<string> PhoneDoesAsync(string account, string to, Act act, CancellationToken cancellationToken) =>
        (await AskAsync(new PhoneDoesDoor(account, to, act), cancellationToken)).Id!;

    /// <returns>The group's id.</returns>
    public async Task<string> MakeGroupAsync(string subject, IReadOnlyList<string> members, CancellationToken cancellationToken) =>
        (await AskAsync(new MakeGroupDoor(subject, members), cancellationToken)).Id!;

    public Task RenameGroupAsync(string group, string subject, CancellationToken cancellationToken) =>
        AskAsync(new RenameGroupDoor(group, subject), cancellationToken);

    /// <summary>Gives an account's devices an event as it is: a repetition, one about an unknown message, any order.</summary>
    public Task TellAsync(string account, LineEvent happened, CancellationToken cancellationToken) =>
        AskAsync(new TellDoor(account, happened), cancellationToken);

    /// <summary>One line on the wire carries it, so <see cref="JsonLines.MaxLineBytes"/> is its limit.</summary>
    /// <returns>The reference under which a <see cref="MediaPointer"/> opens it.</returns>
    public async Task<string> AddMediaAsync(byte[] bytes, CancellationToken cancellationToken) =>
        (await AskAsync(new AddMediaDoor(bytes), cancellationToken)).Id!;

    /// <summary>A file that somebody can send, declared as it is.</summary>
    public async Task<SeenContent.Media> AttachAsync(
        MediaKind kind, byte[] bytes, string mimeType, string? fileName, string? caption, CancellationToken cancellationToken) =>
        new(kind, new MediaSeen(
            new MediaPointer(await AddMediaAsync(bytes, cancellationToken)), mimeType, fileName, bytes.Length), caption);

    public Task RevealIdentityAsync(string account, string person, CancellationToken cancellationToken) =>
        AskAsync(new RevealIdentityDoor(account, person), cancellationToken);

    public Task PlaceOnWhatsAppAsync(string phoneNumber, bool onWhatsApp, CancellationToken cancellationToken) =>
        AskAsync(new PlaceOnWhatsAppDoor(phoneNumber, onWhatsApp), cancellationToken);

    /// <param name="account">Null for the whole network.</param>
    public Task SetFaultsAsync(NetworkFaults faults, string? account, CancellationToken cancellationToken) =>
        AskAsync(new FaultsDoor(faults, account), cancellationToken);

    public Task DisconnectAsync(string? account, CancellationToken cancellationToken) =>
        AskAsync(new DisconnectDoor(account), cancellationToken);

    public Task TakeOverAsync(string account, CancellationToken cancellationToken) =>
        AskAsync(new TakeOverDoor(account), cancellationToken);

    public Task UnlinkAsync(string account, CancellationToken cancellationToken) => AskAsync(new UnlinkDoor(account), cancellationToken);

    /// <summary>The whole record, in order of first arrival.</summary>
    public async Task<IReadOnlyList<RecordedMessage>> MessagesAsync(CancellationToken cancellationToken)
    {
        var all = new List<RecordedMessage>();
        while (true)
        {
            var after = all.Count == 0 ? 0 : all[^1].Position;
            var page = (await AskAsync(new RecordDoor(after, RecordPage), cancellationToken)).Messages ?? [];
            all.AddRange(page);
            if (page.Count < RecordPage)
            {
                return all;
            }
        }
    }

    /// <summary>Completes when that many distinct messages have arrived.</summary>
    public Task MessagesReachedAsync(int count, CancellationToken cancellationToken) =>
        AskAsync(new ReachedDoor(count), cancellationToken);

    public async Task<IReadOnlyList<SessionRecord>> SessionsAsync(CancellationToken cancellationToken) =>
        (await AskAsync(new SessionsDoor(), cancellationToken)).Sessions ?? [];

    public async Task<TimeSpan> LongestOverlapAsync(CancellationToken cancellationToken) =>
        (await AskAsync(new SessionsDoor(), cancellationToken)).LongestOverlap;

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async Task<DoorAnswer> AskAsync(DoorRequest request, CancellationToken cancellationToken) =>
        (await connection.AskAsync(new Envelope { Door = request }, cancellationToken)).Answer
        ?? throw new IOException("The simulated network gave no answer.");
}
