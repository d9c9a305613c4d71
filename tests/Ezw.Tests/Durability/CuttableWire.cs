using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ezw.Tests.Durability;

/// <summary>The way from one server to PostgreSQL, which a test can cut: then connections break and new ones are refused.</summary>
internal sealed class CuttableWire : IAsyncDisposable
{
    private readonly NpgsqlConnectionStringBuilder database;
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private readonly int port;
    private Socket? listening;
    private Task accepting = Task.CompletedTask;

    public CuttableWire(string connectionString)
    {
        database = new NpgsqlConnectionStringBuilder(connectionString);
        Listen(0);
        port = ((IPEndPoint)listening!.LocalEndPoint!).Port;
    }

    /// <summary>The connection string of a server behind this wire.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(database.ConnectionString)
    {
        Host = "127.0.0.1",
        Port = port,
    }.ConnectionString;

    public void Mend() => Listen(port);

    public async Task CutAsync()
    {
        listening!.Dispose();
        await accepting;
        foreach (var socket in open.Keys)
        {
            socket.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await CutAsync();

    private void Listen(int at)
    {
        listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, at));
        listening.Listen();
        accepting = AcceptAsync(listening);
    }

    private async Task AcceptAsync(Socket from)
    {
        while (true)
        {
            try
            {
                _ = JoinAsync(await from.AcceptAsync());
            }
            catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task JoinAsync(Socket near)
    {
        var unix = database.Host!.StartsWith('/');
        using var far = new Socket(unix ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        using var _ = near;
        (open[near], open[far]) = (true, true);
        await far.ConnectAsync(unix
            ? new UnixDomainSocketEndPoint(Path.Combine(database.Host, ".s.PGSQL." + database.Port.ToString(CultureInfo.InvariantCulture)))
            : new DnsEndPoint(database.Host, database.Port));
        await Task.WhenAny(PumpAsync(near, far), PumpAsync(far, near));
        open.TryRemove(near, out var _);
        open.TryRemove(far, out var _);
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var count and > 0)
            {
                await to.SendAsync(buffer.AsMemory(0, count));
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // Both ends are closed by whoever joined them.
        }
    }
}
