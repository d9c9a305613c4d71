using System.Buffers;
using System.Security.Cryptography;
using Ezw.Foundation.Storage;

namespace Ezw.Media;

/// <summary>A file as it was received: complete, counted and hashed, in a place of its own. Disposing it takes it away unless a store
/// has kept it.</summary>
internal sealed class SpooledFile(string path, MediaHash hash, long sizeBytes, byte[] head) : IDisposable
{
    public string Path => path;

    public MediaHash Hash => hash;

    public long SizeBytes => sizeBytes;

    /// <summary>The first bytes, as far as types are told from them.</summary>
    public ReadOnlySpan<byte> Head => head;

    public FileStream OpenRead() => new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    public void Dispose() => File.Delete(path);
}

internal abstract record SpoolOutcome
{
    private SpoolOutcome()
    {
    }

    public sealed record Received(SpooledFile File) : SpoolOutcome;

    public sealed record TooLarge(long LimitBytes) : SpoolOutcome;

    public sealed record StoreUnavailable(string Reason) : SpoolOutcome;
}

/// <summary>
/// Receives files of any size with little memory: through a file, hashing on the way, onto the disk before it says so. What a crash
/// left behind is removed a day later by the next start.
/// </summary>
internal sealed class MediaSpool
{
    private const int BufferBytes = 128 * 1024;
    private static readonly TimeSpan LeftoverAge = TimeSpan.FromDays(1);

    private readonly MediaFolder folder;
    private readonly TimeProvider time;
    private readonly Lazy<string> incoming;

    public MediaSpool(MediaFolder folder, TimeProvider time)
    {
        (this.folder, this.time) = (folder, time);
        incoming = new Lazy<string>(Open, LazyThreadSafetyMode.PublicationOnly);
    }

    /// <summary>What breaks while reading <paramref name="bytes"/> is the caller's to catch, except for this server's disk.</summary>
    public async Task<SpoolOutcome> ReceiveAsync(Stream bytes, long maxBytes, CancellationToken cancellationToken)
    {
        string? path = null;
        try
        {
            path = Path.Combine(incoming.Value, Ids.New(time).ToString("n"));
            var received = await WriteAsync(bytes, path, maxBytes, cancellationToken);
            if (received is null)
                return new SpoolOutcome.TooLarge(maxBytes);
            path = null;
            return new SpoolOutcome.Received(received);
        }
        catch (DiskException failure)
        {
            return new SpoolOutcome.StoreUnavailable(failure.Message);
        }
        finally
        {
            if (path is not null && File.Exists(path))
                File.Delete(path);
        }
    }

    private static async Task<SpooledFile?> WriteAsync(Stream bytes, string path, long maxBytes, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = OnDisk(() => Create(path));
            var head = Array.Empty<byte>();
            long size = 0;
            while (await bytes.ReadAtLeastAsync(buffer.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, cancellationToken)
                is var count and > 0)
            {
                size += count;
                if (size > maxBytes)
                    return null;
                if (head.Length == 0)
                    head = buffer[..Math.Min(count, MediaSignature.HeadBytes)];
                sha256.AppendData(buffer, 0, count);
                await OnDiskAsync(() => file.WriteAsync(buffer.AsMemory(0, count), cancellationToken));
            }
            await OnDiskAsync(() => FlushAsync(file));
            return new SpooledFile(path, MediaHash.Of(sha256.GetHashAndReset()), size, head);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    private static ValueTask FlushAsync(FileStream file)
    {
        file.Flush(flushToDisk: true);
        return ValueTask.CompletedTask;
    }

    private string Open()
    {
        var path = OnDisk(folder.Incoming);
        foreach (var leftover in new DirectoryInfo(path).EnumerateFiles())
        {
            if (leftover.LastWriteTimeUtc < time.GetUtcNow() - LeftoverAge)
                leftover.Delete();
        }
        return path;
    }

    // Reading the request fails with IOException too: only what the disk says is an unavailable store.
    private static T OnDisk<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception failure) when (MediaFault.IsOfDisk(failure))
        {
            throw new DiskException(failure);
        }
    }

    private static async ValueTask OnDiskAsync(Func<ValueTask> step)
    {
        try
        {
            await step();
        }
        catch (Exception failure) when (MediaFault.IsOfDisk(failure))
        {
            throw new DiskException(failure);
        }
    }

    private sealed class DiskException(Exception cause) : Exception(MediaFault.ReasonOf(cause), cause);
}
