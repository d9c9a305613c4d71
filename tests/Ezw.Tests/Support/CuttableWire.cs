using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Ezw.Tests.Support;

/// <summary>The way to a server, which a test can cut: then connections break and new ones are refused.</summary>
internal sealed class CuttableWire : IAsyncDisposable
{
    private EndPoint far;
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private readonly int port;
    private Socket? listening;
    private Task accepting = Task.CompletedTask;

    public CuttableWire(EndPoint far)
    {
        this.far = far;
        Listen(0);
        port = ((IPEndPoint)listening!.LocalEndPoint!).Port;
    }

    /// <summary>On this machine.</summary>
    public int Port => port;

    /// <summary>The server came back, and is somewhere else.</summary>
    public void LeadTo(EndPoint now) => far = now;

    public static CuttableWire ToPostgres(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        return new CuttableWire(database.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint(Path.Combine(database.Host, ".s.PGSQL." + database.Port.ToString(CultureInfo.InvariantCulture)))
            : new DnsEndPoint(database.Host, database.Port));
    }

    /// <summary>The connection string of a server behind this wire.</summary>
    public string ConnectionStringTo(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = "127.0.0.1",
        Port = port,
    }.ConnectionString;

    public void Mend() => Listen(port);

    public async Task CutAsync()
    {
        listening!.Dispose();
        await accepting;
        Break();
    }

    /// <summary>Breaks what is open; new connections are taken.</summary>
    public void Break()
    {
        foreach (var socket in open.Keys)
            socket.Dispose();
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
        using var there = new Socket(far.AddressFamily == AddressFamily.Unix ? AddressFamily.Unix : AddressFamily.InterNetwork,
            SocketType.Stream, ProtocolType.Unspecified);
        using var here = near;
        (open[near], open[there]) = (true, true);
        await there.ConnectAsync(far);
        await Task.WhenAny(PumpAsync(near, there), PumpAsync(there, near));
        open.TryRemove(near, out _);
        open.TryRemove(there, out _);
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
