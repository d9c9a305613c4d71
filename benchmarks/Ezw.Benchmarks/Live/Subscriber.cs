using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ezw.Benchmarks.Live;

/// <summary>One reader of server-sent events that wants nothing of them but their positions.</summary>
internal sealed class Subscriber : IDisposable
{
    private static readonly byte[] Mark = ",\"position\":"u8.ToArray();

    private Chunks chunks;
    private bool chunked;
    private byte[] unfinished = [];

    public Subscriber(IPEndPoint server, byte[] request)
    {
        Socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server);
        Socket.Send(request);
    }

    public Socket Socket { get; }

    /// <summary>The server's answer has begun: from here on nothing may be missed.</summary>
    public bool Stands { get; private set; }

    /// <param name="received">Is overwritten.</param>
    public void Take(Span<byte> received, List<long> positions)
    {
        if (Stands)
        {
            Read(chunked ? received[..chunks.Strip(received)] : received, positions);
            return;
        }
        Span<byte> answer = [.. unfinished, .. received];
        var head = answer.IndexOf("\r\n\r\n"u8);
        unfinished = head < 0 ? answer.ToArray() : [];
        if (head < 0)
            return;
        if (!answer.StartsWith("HTTP/1.1 200"u8))
            throw new InvalidOperationException($"The server did not let a subscriber in:\n{Encoding.UTF8.GetString(answer)}");
        chunked = answer[..head].IndexOf("chunked"u8) >= 0;
        Stands = true;
        Take(answer[(head + "\r\n\r\n".Length)..], positions);
    }

    public void Dispose() => Socket.Dispose();

    private void Read(ReadOnlySpan<byte> text, List<long> positions)
    {
        if (unfinished.Length > 0)
            text = (byte[])[.. unfinished, .. text];
        var end = text.LastIndexOf("\n\n"u8);
        var whole = end < 0 ? 0 : end + "\n\n".Length;
        unfinished = text[whole..].ToArray();
        text = text[..whole];
        for (var at = text.IndexOf(Mark); at >= 0; at = text.IndexOf(Mark))
        {
            text = text[(at + Mark.Length)..];
            if (Utf8Parser.TryParse(text, out long position, out _))
                positions.Add(position);
        }
    }
}

/// <summary>Takes HTTP's chunks apart, wherever the network cut them (RFC 9112, section 7.1).</summary>
internal struct Chunks
{
    private int left;
    private int size;

    /// <summary>Moves the content to the front.</summary>
    /// <returns>How much it is.</returns>
    public int Strip(Span<byte> bytes)
    {
        var kept = 0;
        for (var at = 0; at < bytes.Length;)
        {
            if (left > 0)
            {
                var run = bytes[at..Math.Min(bytes.Length, at + left)];
                run.CopyTo(bytes[kept..]);
                (kept, at, left) = (kept + run.Length, at + run.Length, left - run.Length);
                continue;
            }
            // The line break behind a chunk ends a size of nothing.
            var letter = (char)bytes[at++];
            if (letter == '\n')
                (left, size) = (size, 0);
            else if (char.IsAsciiHexDigit(letter))
                size = size * 16 + Convert.ToInt32(letter.ToString(), 16);
        }
        return kept;
    }
}
