using System.Net;
using System.Net.Sockets;

namespace Ezw.Tests.Support;

/// <summary>
/// Stands between a server and its PostgreSQL. When told, it lets what follows a marker through to the database, waits for the database's
/// answer, and cuts the line instead of passing the answer on: the commit happened, and nobody was told.
/// </summary>
internal sealed class DroppingProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource closing = new();
    private readonly Func<CancellationToken, Task<Stream>> connect;
    private byte[]? marker;
    private int dropped;

    private DroppingProxy(Func<CancellationToken, Task<Stream>> connect)
    {
        this.connect = connect;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>How many answers were swallowed.</summary>
    public int Dropped => Volatile.Read(ref dropped);

    public static DroppingProxy ToUnixSocket(string path) => new(async ct =>
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), ct);
        return new NetworkStream(socket, ownsSocket: true);
    });

    public static DroppingProxy ToHost(string host, int port) => new(async ct =>
    {
        var client = new TcpClient();
        await client.ConnectAsync(host, port, ct);
        return client.GetStream();
    });

    /// <summary>Swallows the answer to the next request that carries these bytes.</summary>
    public void DropAnswerTo(byte[] bytes) => Volatile.Write(ref marker, bytes);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var closed = closing.Token;
        while (!closed.IsCancellationRequested)
        {
            try
            {
                _ = RelayAsync(await listener.AcceptTcpClientAsync(closed), closed);
            }
            catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken ct)
    {
        using var _ = client;
        try
        {
            await using var database = await connect(ct);
            await using var server = client.GetStream();
            var marked = new StrongBox();
            await Task.WhenAny(AskAsync(server, database, marked, ct), AnswerAsync(database, server, marked, ct));
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException)
        {
            // Either side hung up; both streams close here.
        }
    }

    private async Task AskAsync(NetworkStream server, Stream database, StrongBox marked, CancellationToken ct)
    {
        var buffer = new byte[1 << 20];
        while (await server.ReadAsync(buffer, ct) is > 0 and var count)
        {
            if (Volatile.Read(ref marker) is { } wanted && buffer.AsSpan(0, count).IndexOf(wanted) >= 0)
            {
                Volatile.Write(ref marker, null);
                marked.Value = true;
            }
            await database.WriteAsync(buffer.AsMemory(0, count), ct);
        }
    }

    private async Task AnswerAsync(Stream database, NetworkStream server, StrongBox marked, CancellationToken ct)
    {
        var buffer = new byte[1 << 16];
        while (await database.ReadAsync(buffer, ct) is > 0 and var count)
        {
            // ReadyForQuery, idle: the database has committed and waits for the next request.
            if (marked.Value && buffer.AsSpan(0, count).EndsWith("Z\0\0\0\u0005I"u8))
            {
                Interlocked.Increment(ref dropped);
                return;
            }
            if (!marked.Value)
                await server.WriteAsync(buffer.AsMemory(0, count), ct);
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}
