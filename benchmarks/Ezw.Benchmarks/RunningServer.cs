using System.Net;
using System.Net.Sockets;
using Ezw.Tests.Support;

namespace Ezw.Benchmarks;

/// <summary>A server under measurement in a process of its own, which never outlives this one.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const string Script = """
        folder=$1 signal=$2; shift 2
        "$@" >"$folder/log" 2>&1 &
        server=$!
        trap 'kill -"$signal" "$server" 2>/dev/null && wait "$server" 2>/dev/null || true' EXIT
        echo "$server" >"$folder/pid"
        ready
        """;

    // Not asked: its data is thrown away, and closing ten thousand lines in order would only cost time.
    private const string Kill = "KILL";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly ChildServer guard;

    private RunningServer(ChildServer guard, IPEndPoint address, int processId) =>
        (this.guard, Address, ProcessId) = (guard, address, processId);

    public IPEndPoint Address { get; }

    public int ProcessId { get; }

    /// <summary>The server's process and its workers.</summary>
    public int[] Processes => [ProcessId, .. ProcessUse.Children(ProcessId)];

    /// <summary>The product's Release build, as <c>./dev bench</c> makes it.</summary>
    public static Task<RunningServer> ProductAsync(ScratchFolder scratch, string database, params string[] settings) =>
        StartAsync(scratch, url =>
        [
            RepositoryRoot.Of("artifacts/bin/Ezw.Server/release/Ezw.Server"), "--urls", url,
            $"--Ezw:DataFolder={scratch.Path}", $"--Ezw:Database={database}", .. settings,
        ]);

    /// <param name="command">The program and its arguments, given the URL to listen on.</param>
    /// <param name="signal">What ends it.</param>
    public static async Task<RunningServer> StartAsync(ScratchFolder scratch, Func<string, string[]> command, string signal = Kill)
    {
        var address = FreeAddress();
        var guard = await ChildServer.StartAsync(Script, null, [scratch.Path, signal, .. command($"http://{address}")]);
        var log = scratch.Of("log");
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await AnswersAsync(address))
        {
            if (limit.IsCancellationRequested)
                throw new InvalidOperationException($"The server did not start:\n{await File.ReadAllTextAsync(log)}");
            await Task.Delay(LookEvery, TimeProvider.System);
        }
        return new RunningServer(guard, address, int.Parse(await File.ReadAllTextAsync(scratch.Of("pid")), null));
    }

    /// <summary>Of all its processes.</summary>
    public TimeSpan CpuTime() => Processes.Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessUse.CpuTime(id));

    public ValueTask DisposeAsync() => guard.DisposeAsync();

    private static IPEndPoint FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    private static async Task<bool> AnswersAsync(IPEndPoint address)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
