using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>The network's end of one connection: first nobody, then a pairing or a device, at last ended.</summary>
internal sealed class DeviceSession(SimulatedNetwork network, INetworkListener listener) : INetworkConnection
{
    private DateTimeOffset openedAt;
    private DateTimeOffset? endedAt;
    private DateTimeOffset? goneAt;
    private string endReason = "";

    public LinkedDevice? Device { get; private set; }

    public Pairing? Pairing { get; set; }

    public long Epoch { get; set; }

    /// <summary>Null until a line sends its first file.</summary>
    public Uploads? Uploads { get; set; }

    public bool Live => Device is not null && endedAt is null;

    public Task<NetworkReply> RequestAsync(NetworkRequest request, CancellationToken cancellationToken) =>
        network.AnswerAsync(this, request);

    public ValueTask DisposeAsync()
    {
        network.Gone(this);
        return ValueTask.CompletedTask;
    }

    public void Say(NetworkPush push) => listener.Hear(this, push);

    public void Open(LinkedDevice device, DateTimeOffset now)
    {
        device.Session?.End(CloseReason.Replaced, now);
        Device = device;
        openedAt = now;
        device.Attach(this);
        Say(OpenedPush.Instance);
    }

    public void End(CloseReason reason, DateTimeOffset now)
    {
        if (!Live)
        {
            return;
        }

        endedAt = now;
        endReason = reason.ToString();
        if (Device!.Session == this)
        {
            Device.Detach();
        }

        if (reason != CloseReason.ByUs)
        {
            Say(new ClosedPush(reason));
        }
    }

    public void Close(DateTimeOffset now)
    {
        End(CloseReason.ByUs, now);
        goneAt ??= now;
    }

    public SessionRecord Snapshot() => new(
        Device!.DeviceId, Device.Account.PhoneNumber, Epoch, openedAt, endedAt, goneAt, endReason);
}
