using System.Security.Cryptography;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>The files that WhatsApp keeps, under references made of their hash. All calls hold the network's lock.</summary>
internal sealed class MediaShelf(Schedule schedule)
{
    /// <summary>What lines uploaded and this network still holds; the oldest go first, as WhatsApp forgets old media.</summary>
    public const long UploadedLimit = 64 * 1024 * 1024;

    public const string Prefix = "sim:";

    private readonly Dictionary<string, byte[]> files = [];
    private readonly Queue<string> uploaded = new();
    private long uploadedBytes;

    public static string ReferenceOf(byte[] sha256) => Prefix + Convert.ToHexStringLower(sha256);

    public string Add(byte[] bytes)
    {
        var reference = ReferenceOf(SHA256.HashData(bytes));
        files[reference] = bytes;
        return reference;
    }

    /// <summary>Takes a file that a line sent.</summary>
    public void Keep(string reference, byte[] bytes)
    {
        if (!files.TryAdd(reference, bytes))
        {
            return;
        }

        uploaded.Enqueue(reference);
        uploadedBytes += bytes.Length;
        while (uploadedBytes > UploadedLimit && uploaded.TryDequeue(out var oldest))
        {
            files.Remove(oldest, out var gone);
            uploadedBytes -= gone!.Length;
        }
    }

    public Task<NetworkReply> ReadAsync(string reference, long offset, NetworkFaults faults)
    {
        var reply = Read(reference, offset, faults);
        if (faults.MediaDelay <= TimeSpan.Zero)
        {
            return Task.FromResult(reply);
        }

        var answered = new TaskCompletionSource<NetworkReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        schedule.After(faults.MediaDelay, () => answered.TrySetResult(reply));
        return answered.Task;
    }

    private NetworkReply Read(string reference, long offset, NetworkFaults faults)
    {
        var end = files.TryGetValue(reference, out var bytes) && !faults.MediaGone ? bytes.Length : -1;
        var served = faults.MediaCut ? end / 2 : end;
        if (bytes is null || offset < 0 || offset > served || (offset == served && offset != end))
        {
            return new MediaReply(null, 0);
        }

        var chunk = bytes[(int)offset..(int)Math.Min(offset + MediaChunk.Bytes, served)];
        if (faults.MediaForged && chunk.Length > 0)
        {
            chunk[0] ^= 0xFF;
        }

        return new MediaReply(chunk, end);
    }
}
