using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ezw.Providers.LinkedDevice.Channel;
using Ezw.Providers.LinkedDevice.Wire;

namespace Ezw.Providers.LinkedDevice;

/// <summary>The files of the sends that are under way, which the sidecar reads piece by piece.</summary>
internal sealed class OutgoingFiles
{
    private readonly ConcurrentDictionary<string, OutgoingFile> files = new();
    private long offered;

    /// <summary>Until it is disposed, the file can be read under its id.</summary>
    public OutgoingFile Offer(OutboundContent.Media content)
    {
        var file = new OutgoingFile($"f-{Interlocked.Increment(ref offered)}", content, gone => files.TryRemove(gone.Id, out _));
        files[file.Id] = file;
        return file;
    }

    public Task<JsonObject> ReadAsync(MediaReadParams asked, CancellationToken cancellationToken) =>
        files.TryGetValue(asked.FileId, out var file)
            ? file.ReadAsync(asked.Offset, asked.MaxBytes, cancellationToken)
            : throw new SidecarErrorException(SidecarErrorException.MediaGone, "No send needs this file any more.");
}

internal sealed class OutgoingFile(string id, OutboundContent.Media content, Action<OutgoingFile> gone) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private Stream? bytes;
    private long position;
    private bool disposed;

    public string Id => id;

    /// <summary>The next piece, or the first again.</summary>
    public async Task<JsonObject> ReadAsync(long offset, int maxBytes, CancellationToken cancellationToken)
    {
        // Two reads may be open; they take turns in the order in which they came.
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (disposed)
                throw new SidecarErrorException(SidecarErrorException.MediaGone, "No send needs this file any more.");
            if (offset == 0)
                await OpenAsync(cancellationToken);
            if (bytes is null || offset != position || maxBytes < 1)
                throw new SidecarErrorException(SidecarErrorException.InvalidParams, "A file is read in order, from its start.");
            var piece = new byte[Math.Min(maxBytes, ChannelLimits.ChunkBytes)];
            var length = await bytes.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken);
            position += length;
            var end = length < piece.Length || position == content.SizeBytes;
            // Of another size than said, the file is not the one that was accepted.
            if (position > content.SizeBytes || (end && await IsOtherSizeAsync(cancellationToken)))
                throw new SidecarErrorException(SidecarErrorException.MediaGone, "The file is not as long as it was said to be.");
            return new JsonObject { ["bytes"] = Convert.ToBase64String(piece, 0, length), ["end"] = end };
        }
        catch (IOException broken) when (broken is not SidecarException)
        {
            throw new SidecarErrorException(SidecarErrorException.MediaUnavailable, "The file cannot be read now.", retryable: true);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        gone(this);
        await turn.WaitAsync();
        disposed = true;
        if (bytes is not null)
            await bytes.DisposeAsync();
        turn.Release();
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (bytes is not null)
            await bytes.DisposeAsync();
        (bytes, position) = (await content.OpenAsync(cancellationToken), 0);
    }

    private async Task<bool> IsOtherSizeAsync(CancellationToken cancellationToken) =>
        position != content.SizeBytes || await bytes!.ReadAsync(new byte[1], cancellationToken) > 0;
}
