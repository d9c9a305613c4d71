using System.Security.Cryptography;
using Ezw.Foundation.Streams;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator;

/// <summary>
/// A file as it comes in, piece by piece. Its hash is known before the last piece is handed out: whoever reads to the end
/// has read what the sender sent.
/// </summary>
internal sealed class MediaDownload : PieceStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Func<INetworkConnection?> connection;
    private readonly string reference;

    private MediaDownload(Func<INetworkConnection?> connection, string reference)
    {
        this.connection = connection;
        this.reference = reference;
    }

    /// <param name="connection">The link's connection of the moment: a download goes on after a reconnect.</param>
    public static async Task<MediaDownload> OpenAsync(
        Func<INetworkConnection?> connection, string reference, CancellationToken cancellationToken)
    {
        var download = new MediaDownload(connection, reference);
        await download.FetchAsync(cancellationToken);
        return download;
    }

    protected override void Dispose(bool disposing)
    {
        hash.Dispose();
        base.Dispose(disposing);
    }

    protected override async Task<(ReadOnlyMemory<byte> Piece, bool IsLast)> NextAsync(CancellationToken cancellationToken)
    {
        var asked = connection().AskAsync(new OpenMediaRequest(reference, Received), cancellationToken);
        if (await asked is not MediaReply { Bytes: { } bytes } reply)
        {
            throw new IOException(Received == 0 ? "The network does not hold this media now." : "The media ended in the middle.");
        }

        hash.AppendData(bytes);
        var isLast = Received + bytes.Length == reply.SizeBytes;
        if (isLast && MediaShelf.ReferenceOf(hash.GetCurrentHash()) != reference)
        {
            throw new InvalidDataException("The media does not match its reference.");
        }

        return (bytes, isLast);
    }
}
