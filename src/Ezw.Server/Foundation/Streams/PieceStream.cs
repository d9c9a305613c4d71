namespace Ezw.Foundation.Streams;

/// <summary>Bytes that come over a network piece by piece. Read them asynchronously.</summary>
internal abstract class PieceStream : ForwardStream
{
    private ReadOnlyMemory<byte> unread;
    private bool ended;

    /// <summary>Of the pieces that came, read or not.</summary>
    protected long Received { get; private set; }

    protected sealed override long BytesRead => Received - unread.Length;

    public sealed override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (unread.IsEmpty && !ended)
            await FetchAsync(cancellationToken);
        var length = Math.Min(buffer.Length, unread.Length);
        unread[..length].CopyTo(buffer);
        unread = unread[length..];
        return length;
    }

    public sealed override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Media comes over a network: read it asynchronously.");

    /// <summary>Has the next piece come while none is unread; for who wants to know at once whether there is one.</summary>
    protected async Task FetchAsync(CancellationToken cancellationToken)
    {
        (unread, ended) = await NextAsync(cancellationToken);
        Received += unread.Length;
    }

    /// <summary>The piece after those that came, and whether it is the last.</summary>
    protected abstract Task<(ReadOnlyMemory<byte> Piece, bool IsLast)> NextAsync(CancellationToken cancellationToken);
}
