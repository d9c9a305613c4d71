using System.Text.Json;
using System.Text.Json.Nodes;
using Ezw.Foundation.Streams;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Processes;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>
/// A file as it comes in, pulled piece by piece. The sidecar checks its hashes and holds the last piece back until they are right: whoever
/// reads to the end has read what the sender sent.
/// </summary>
internal sealed class IncomingFile : PieceStream
{
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(10);

    private readonly SidecarProcess process;
    private readonly string streamId;
    private bool closed;

    private IncomingFile(SidecarProcess process, string streamId) => (this.process, this.streamId) = (process, streamId);

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

    public override async ValueTask DisposeAsync()
    {
        if (!closed)
            await ((Task)CloseAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await base.DisposeAsync();
    }

    protected override async Task<(ReadOnlyMemory<byte> Piece, bool IsLast)> NextAsync(CancellationToken cancellationToken)
    {
        var pull = new JsonObject { ["streamId"] = streamId, ["maxBytes"] = ChannelLimits.ChunkBytes };
        var piece = WireFormat.Read<MediaPullResult>(await AskAsync(process, "media.pull", pull, PullLimit, cancellationToken));
        return piece is { Bytes.Length: 0, End: false }
            ? throw new IOException("The engine sent nothing of the file.")
            : (piece.Bytes, piece.End);
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
