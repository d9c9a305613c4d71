using System.Buffers.Binary;
using System.Buffers.Text;

namespace Ezw.Live;

/// <summary>Opaque place in an organization's log. One of another organization is not read.</summary>
internal static class ChangeCursor
{
    private const int IdBytes = 16;
    private const int Bytes = IdBytes + sizeof(long);

    public static string Write(Guid organizationId, long position)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        organizationId.TryWriteBytes(bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[IdBytes..], position);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>True with null for no cursor at all.</summary>
    public static bool TryRead(string? cursor, Guid organizationId, out long? position)
    {
        position = null;
        if (cursor is null)
            return true;
        Span<byte> bytes = stackalloc byte[Bytes];
        // TryDecode throws on letters that are not base64url.
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var written) || written != Bytes
            || new Guid(bytes[..IdBytes]) != organizationId || BinaryPrimitives.ReadInt64BigEndian(bytes[IdBytes..]) < 0)
            return false;
        position = BinaryPrimitives.ReadInt64BigEndian(bytes[IdBytes..]);
        return true;
    }
}
