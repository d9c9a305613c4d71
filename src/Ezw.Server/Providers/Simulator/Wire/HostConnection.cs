using System.Threading.Channels;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>
/// The network's end of one socket. A session that the network ends (another login took over, say) is gone at once, even
/// if the process at the other end is frozen: it finds the reason and the end of the stream when it wakes.
/// </summary>
internal sealed class HostConnection : INetworkListener
{
    private readonly Channel<Envelope> outgoing = Channel.CreateUnbounded<Envelope>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SimulatedNetwork network;
    private readonly JsonLines lines;
    private readonly INetworkConnection session;
    private readonly HostDoor door;

    public HostConnection(SimulatedNetwork network, JsonLines lines)
    {
        this.network = network;
        this.lines = lines;
        session = network.Open(this);
        door = new HostDoor(network);
    }

    public void Hear(INetworkConnection from, NetworkPush push)
    {
        outgoing.Writer.TryWrite(new Envelope { Push = push });
        if (push is ClosedPush)
        {
            outgoing.Writer.TryComplete();
            network.Gone((DeviceSession)from);
        }
    }

    public async Task ServeAsync(CancellationToken stopping)
    {
        var writing = WriteAsync(stopping);
        try
        {
            while (await lines.ReadAsync(stopping) is { } heard)
            {
                // Not awaited: an answer that a fault delays must not hold up the questions behind it.
                _ = AnswerAsync(heard, stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops: closing the sockets is how links learn of it.
        }

        await session.DisposeAsync();
        outgoing.Writer.TryComplete();
        await writing;
        lines.Dispose();
    }

    private async Task AnswerAsync(Envelope heard, CancellationToken stopping)
    {
        var answer = heard switch
        {
            { Request: { } request } => new Envelope { Reply = await session.RequestAsync(request, stopping) },
            { Door: { } asked } => new Envelope { Answer = await door.AnswerAsync(asked, stopping) },
            _ => new Envelope(),
        };
        outgoing.Writer.TryWrite(answer with { Number = heard.Number });
    }

    private async Task WriteAsync(CancellationToken stopping)
    {
        try
        {
            await foreach (var envelope in outgoing.Reader.ReadAllAsync(stopping))
            {
                await lines.WriteAsync(envelope, stopping);
            }
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException)
        {
            // The reading side sees the same end and closes the session.
        }

        lines.FinishWriting();
    }
}
