using Ezw.Providers.Simulator.Wire;

namespace Ezw.Providers.Simulator.Network;

/// <summary>Files on their way from one session; each is complete before the message that names it.</summary>
internal sealed class Uploads
{
    /// <summary>A link that gives up between file and message leaves the file; the oldest makes room.</summary>
    public const int Limit = 16;

    private readonly OrderedDictionary<string, MemoryStream> arriving = [];

    /// <returns>False when pieces before this one are missing, or it is longer than it was said to be.</returns>
    public bool Add(UploadRequest piece)
    {
        if (piece.Offset == 0)
        {
            arriving.Remove(piece.ProviderMessageId);
            arriving.Add(piece.ProviderMessageId, new MemoryStream());
            if (arriving.Count > Limit)
            {
                arriving.RemoveAt(0);
            }
        }

        if (!arriving.TryGetValue(piece.ProviderMessageId, out var file) || file.Length != piece.Offset
            || file.Length + piece.Bytes.Length > piece.SizeBytes)
        {
            return false;
        }

        file.Write(piece.Bytes);
        return true;
    }

    /// <returns>Null when no file arrived for this message.</returns>
    public byte[]? Take(string providerMessageId) => arriving.Remove(providerMessageId, out var file) ? file.ToArray() : null;
}
