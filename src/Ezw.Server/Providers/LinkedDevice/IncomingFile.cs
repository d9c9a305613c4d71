using System.Text.Json;
using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>
/// A file as it comes in, pulled piece by piece. The sidecar checks its hashes and holds the last piece back until they are right: whoever
/// reads to the end has read what the sender sent. Read it asynchronously.
/// </summary>
internal sealed class IncomingFile : Stream
{
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private readonly SidecarProcess process;
    private readonly string streamId;
    private ReadOnlyMemory<byte> unread;
    private long received;
    private bool ended;
    private bool closed;

    private IncomingFile(SidecarProcess process, string streamId) => (this.process, this.streamId) = (process, streamId);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => received - unread.Length;
        set => throw new NotSupportedException();
    }

    /// <param name="reference">As the sidecar gave it.</param>
    public static async Task<IncomingFile> OpenAsync(
        SidecarProcess process, Guid lineId, string reference, CancellationToken cancellationToken)
    {
        var open = Outgoing.Line(lineId);
        open["reference"] = reference;
        var opened = WireFormat.Read<MediaOpenResult>(
            await AskAsync(process, "media.open", open, ChannelLimits.WhatsAppAnswer, cancellationToken));
        return new IncomingFile(process, opened.StreamId);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (unread.IsEmpty && !ended)
            await PullAsync(cancellationToken);
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

    public override async ValueTask DisposeAsync()
    {
        if (!closed)
            await ((Task)CloseAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync();
    }

    private async Task PullAsync(CancellationToken cancellationToken)
    {
        var pull = new JsonObject { ["streamId"] = streamId, ["maxBytes"] = ChannelLimits.ChunkBytes };
        var piece = WireFormat.Read<MediaPullResult>(await AskAsync(process, "media.pull", pull, PullLimit, cancellationToken));
        (unread, ended) = (piece.Bytes, piece.End);
        received += piece.Bytes.Length;
        if (piece is { Bytes.Length: 0, End: false })
            throw new IOException("The engine sent nothing of the file.");
    }

    // The sidecar forgets an abandoned stream by itself; this only frees it sooner.
    private Task<JsonElement> CloseAsync()
    {
        closed = true;
        return process.AskAsync("media.close", new JsonObject { ["streamId"] = streamId }, CloseLimit, CancellationToken.None);
    }

    private static async Task<JsonElement> AskAsync(
        SidecarProcess process, string method, JsonObject parameters, TimeSpan limit, CancellationToken cancellationToken)
    {
        try
        {
            return await process.AskAsync(method, parameters, limit, cancellationToken);
        }
        catch (SidecarErrorException invalid) when (invalid.Code is SidecarErrorException.MediaInvalid)
        {
            throw new InvalidDataException("The file is not what its sender sent.");
        }
        catch (Exception failed) when (failed is SidecarException or TimeoutException)
        {
            throw new IOException("The file cannot be had now.");
        }
    }
}
