using System.Net;
using System.Net.Sockets;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>Accepts connections and never says a word.</summary>
internal sealed class SilentTarget : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> clients = [];

    public SilentTarget()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/";

    public void Dispose()
    {
        listener.Dispose();
        clients.ForEach(client => client.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                clients.Add(await listener.AcceptTcpClientAsync());
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // The trial is over.
        }
    }
}
