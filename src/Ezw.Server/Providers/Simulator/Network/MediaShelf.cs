using System.Security.Cryptography;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>The files that WhatsApp keeps, under references made of their hash. All calls hold the network's lock.</summary>
internal sealed class MediaShelf(Schedule schedule)
{
    /// <summary>Of all files; the oldest go first, as WhatsApp forgets old media.</summary>
    public const long Limit = 512 * 1024 * 1024;

    public const string Prefix = "sim:";

    private readonly OrderedDictionary<string, byte[]> files = [];
    private long heldBytes;

    public static string ReferenceOf(byte[] sha256) => Prefix + Convert.ToHexStringLower(sha256);

    public string Add(byte[] bytes)
    {
        var reference = ReferenceOf(SHA256.HashData(bytes));
        Add(reference, bytes);
        return reference;
    }

    public void Add(string reference, byte[] bytes)
    {
        heldBytes += files.TryAdd(reference, bytes) ? bytes.Length : 0;
        while (heldBytes > Limit)
        {
            heldBytes -= files.GetAt(0).Value.Length;
            files.RemoveAt(0);
        }
    }

    public Task<NetworkReply> ReadAsync(string reference, long offset, NetworkFaults faults)
    {
        var reply = Read(reference, offset, faults);
        if (faults.MediaDelay <= TimeSpan.Zero)
        {
            return Task.FromResult<NetworkReply>(reply);
        }

        var answered = new TaskCompletionSource<NetworkReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        schedule.After(faults.MediaDelay, () => answered.TrySetResult(reply));
        return answered.Task;
    }

    private MediaReply Read(string reference, long offset, NetworkFaults faults)
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
