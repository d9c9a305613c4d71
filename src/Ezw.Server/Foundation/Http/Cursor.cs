using System.Buffers.Text;

namespace Ezw.Foundation.Http;

/// <summary>Opaque place in a list: the organization it was given to and the last id. One of another organization is not read.</summary>
public static class Cursor
{
    private const int Bytes = 32;

    public static string Write(Guid organizationId, Guid last)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        organizationId.TryWriteBytes(bytes);
        last.TryWriteBytes(bytes[16..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>True with null for no cursor at all.</summary>
    public static bool TryRead(string? cursor, Guid organizationId, out Guid? last)
    {
        last = null;
        if (cursor is null)
            return true;
        Span<byte> bytes = stackalloc byte[Bytes];
        // TryDecode throws on letters that are not base64url.
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var written) || written != Bytes
            || new Guid(bytes[..16]) != organizationId)
            return false;
        last = new Guid(bytes[16..]);
        return true;
    }
}
