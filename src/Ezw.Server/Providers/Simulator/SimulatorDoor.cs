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
    public async Task<string> PersonWritesAsync(
        string person, string account, string body, CancellationToken cancellationToken, string? quoted = null) =>
        (await AskAsync(new PersonWritesDoor(person, account, body, quoted), cancellationToken)).MessageId!;

    /// <returns>The provider id of the message.</returns>
    public async Task<string> PhoneWritesAsync(string account, string person, string body, CancellationToken cancellationToken) =>
        (await AskAsync(new PhoneWritesDoor(account, person, body), cancellationToken)).MessageId!;

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
