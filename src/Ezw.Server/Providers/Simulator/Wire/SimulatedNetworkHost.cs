using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Providers.Simulator.Wire;

/// <summary>Serves a network on a loopback port: to links of other processes, and to the tests that watch them.</summary>
internal sealed class SimulatedNetworkHost : IAsyncDisposable
{
    private const int Backlog = 512;

    private readonly Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<HostConnection, Task> connections = new();
    private readonly CancellationTokenSource closing = new();
    private readonly SimulatedNetwork network;
    private readonly Task accepting;

    private SimulatedNetworkHost(SimulatedNetwork network, int port)
    {
        this.network = network;
        listening.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listening.Listen(Backlog);
        Address = (IPEndPoint)listening.LocalEndPoint!;
        accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <param name="port">0 takes a free one.</param>
    public static SimulatedNetworkHost Listen(SimulatedNetwork network, int port = 0) => new(network, port);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listening.Dispose();
        await accepting;
        await Task.WhenAll(connections.Values);
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            try
            {
                Serve(await listening.AcceptAsync(closing.Token));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // A peer that left before it was accepted is no reason to stop listening.
            }
        }
    }

    private void Serve(Socket socket)
    {
        var connection = new HostConnection(network, new JsonLines(socket));
        var serving = connection.ServeAsync(closing.Token);
        connections[connection] = serving;
        _ = serving.ContinueWith(_ => connections.TryRemove(connection, out var _), TaskScheduler.Default);
    }
}
