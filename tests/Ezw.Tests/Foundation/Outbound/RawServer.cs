using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ezw.Tests.Foundation.Outbound;

/// <summary>An HTTP server that can misbehave: a test writes the bytes of its answers.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource closing = new();
    private readonly Func<RawRequest, Stream, Task> answer;
    private readonly bool keepsAlive;
    private int connections;

    /// <param name="answer">Called for each request; the connection closes afterwards unless it is kept alive.</param>
    public RawServer(Func<RawRequest, Stream, Task> answer, bool keepsAlive = false, IPAddress? at = null)
    {
        (this.answer, this.keepsAlive) = (answer, keepsAlive);
        listener = new TcpListener(at ?? IPAddress.Loopback, 0);
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Answers every request with the same text.</summary>
    public static RawServer Answering(string response, bool keepsAlive = false) =>
        new((_, stream) => stream.WriteAsync(Encoding.UTF8.GetBytes(response)).AsTask(), keepsAlive);

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public string Url => $"http://127.0.0.1:{Port}/";

    public int Connections => Volatile.Read(ref connections);

    public ConcurrentQueue<RawRequest> Requests { get; } = new();

    /// <summary>Ends when the server does: what an answer waits for that never goes on.</summary>
    public CancellationToken Closing => closing.Token;

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(closing.Token);
                Interlocked.Increment(ref connections);
                _ = TalkAsync(client);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            while (await RawRequest.ReadAsync(stream, closing.Token) is { } request)
            {
                Requests.Enqueue(request);
                await answer(request, stream);
                if (!keepsAlive)
                    return;
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client hung up, or the test is over.
        }
    }
}

internal sealed record RawRequest(string Head, string Body)
{
    public string Target => Head.Split(' ')[1];

    public string? Header(string name) =>
        Head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    public static async Task<RawRequest?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, cancellationToken) == 0)
                return null;
            head.Append((char)one[0]);
        }
        var request = new RawRequest(head.ToString(), "");
        var body = new byte[int.Parse(request.Header("Content-Length") ?? "0")];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return request with { Body = Encoding.UTF8.GetString(body) };
    }
}
