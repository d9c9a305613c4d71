using System.Buffers.Text;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// One HTTP/1.1 connection with at most one request under way. Understands just the answers that the measured servers give.
/// </summary>
internal sealed class KeepAlive : IDisposable
{
    private const int BufferBytes = 16 * 1024;
    private readonly PreparedRequest request;
    private readonly byte[] buffer = new byte[BufferBytes];
    private int received;
    private long sentAt;

    public KeepAlive(IPEndPoint server, PreparedRequest request)
    {
        this.request = request;
        Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server);
    }

    public Socket Socket { get; }

    public void Send()
    {
        received = 0;
        sentAt = Stopwatch.GetTimestamp();
        Socket.Send(request.Next());
    }

    /// <summary>Takes what has arrived; the time since the request was sent once the whole answer is here.</summary>
    public TimeSpan? Receive()
    {
        var count = Socket.Receive(buffer.AsSpan(received));
        if (count == 0)
            throw new IOException("The server closed a connection.");
        received += count;
        var answer = buffer.AsSpan(0, received);
        if (!IsWhole(answer))
            return null;
        if (!answer.StartsWith("HTTP/1.1 202"u8))
            throw new InvalidOperationException($"The server did not accept:\n{Encoding.UTF8.GetString(answer)}");
        return Stopwatch.GetElapsedTime(sentAt);
    }

    public void Dispose() => Socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
            return false;
        var length = answer[..head].IndexOf("Content-Length: "u8);
        if (length < 0)
            return answer.EndsWith("\r\n0\r\n\r\n"u8);
        return Utf8Parser.TryParse(answer[(length + "Content-Length: ".Length)..], out int bytes, out _)
            && answer.Length == head + "\r\n\r\n".Length + bytes;
    }
}
