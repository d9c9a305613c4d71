using System.Security.Cryptography;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>
/// A file as it comes in, piece by piece. Its hash is known before the last piece is handed out: whoever reads to the end
/// has read what the sender sent. Read it asynchronously.
/// </summary>
internal sealed class MediaDownload : Stream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Func<INetworkConnection?> connection;
    private readonly string reference;
    private ReadOnlyMemory<byte> unread;
    private long received;
    private long size;

    private MediaDownload(Func<INetworkConnection?> connection, string reference)
    {
        this.connection = connection;
        this.reference = reference;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => received - unread.Length;
        set => throw new NotSupportedException();
    }

    /// <param name="connection">The link's connection of the moment: a download goes on after a reconnect.</param>
    public static async Task<MediaDownload> OpenAsync(
        Func<INetworkConnection?> connection, string reference, CancellationToken cancellationToken)
    {
        var download = new MediaDownload(connection, reference);
        await download.FetchAsync(cancellationToken);
        return download;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (unread.IsEmpty && received < size)
        {
            await FetchAsync(cancellationToken);
        }

        var length = Math.Min(buffer.Length, unread.Length);
        unread[..length].CopyTo(buffer);
        unread = unread[length..];
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Media comes over a network: read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        hash.Dispose();
        base.Dispose(disposing);
    }

    private async Task FetchAsync(CancellationToken cancellationToken)
    {
        var asked = connection().AskAsync(new OpenMediaRequest(reference, received), cancellationToken);
        if (await asked is not MediaReply { Bytes: { } bytes } reply)
        {
            throw new IOException(received == 0 ? "The network does not hold this media now." : "The media ended in the middle.");
        }

        hash.AppendData(bytes);
        received += bytes.Length;
        size = reply.SizeBytes;
        if (received == size && MediaShelf.ReferenceOf(hash.GetCurrentHash()) != reference)
        {
            throw new InvalidDataException("The media does not match its reference.");
        }

        unread = bytes;
    }
}
