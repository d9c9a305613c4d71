using System.Net;
using System.Net.Sockets;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>The network lives in another process of this machine.</summary>
internal sealed class TcpTransport(IPEndPoint address) : INetworkTransport
{
    public async Task<INetworkConnection> OpenAsync(INetworkListener listener, CancellationToken cancellationToken) =>
        new TcpConnection(await ConnectAsync(address, cancellationToken), listener);

    public static async Task<JsonLines> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, cancellationToken);
            return new JsonLines(socket);
        }
        catch (SocketException unreachable)
        {
            socket.Dispose();
            throw new IOException($"The simulated network at {address} cannot be reached.", unreachable);
        }
    }
}
