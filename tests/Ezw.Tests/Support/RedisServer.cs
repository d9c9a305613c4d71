using System.Net;
using System.Net.Sockets;

namespace Ezw.Tests.Support;

/// <summary>A throwaway Redis on a free port of this machine that keeps nothing. It can be stopped and started again at the same place.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";

    private const string Script = """
        folder=$1 port=$2
        mkdir -m 700 "$folder"
        cd "$folder"
        redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no >log 2>&1 &
        redis=$!
        trap 'kill -KILL $redis 2>/dev/null || true; wait $redis || true; cd /; rm -rf "$folder"' EXIT
        until grep -q 'Ready to accept connections' log; do
          kill -0 $redis || { cat log; exit 1; }
          sleep 0.05
        done
        ready
        """;

    private readonly int port;
    private ChildServer? server;

    private RedisServer(int port) => this.port = port;

    /// <summary>Whether it can be started here.</summary>
    public static bool IsAvailable => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    public string Address => $"127.0.0.1:{port}";

    public static async Task<RedisServer> StartAsync()
    {
        var redis = new RedisServer(FreePort());
        await redis.StartAgainAsync();
        return redis;
    }

    public async Task StartAgainAsync() => server = await ChildServer.StartAsync(
        Script, user: null, Path.Combine(Path.GetTempPath(), $"ezw-redis-{Guid.CreateVersion7():n}"), $"{port}");

    /// <summary>At once, as if the machine was lost.</summary>
    public async Task KillAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        server = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
