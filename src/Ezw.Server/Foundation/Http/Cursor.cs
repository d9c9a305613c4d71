using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ezw.Foundation.Http;

/// <summary>
/// Opaque place in a list: the organization it was given to, the list's filter and the last entry. One of another organization or of
/// another filter is not read.
/// </summary>
public static class Cursor
{
    private const int Bytes = 32;
    private const int FilterBytes = 8;
    private const int KeysetBytes = 16 + FilterBytes + 8 + 8 + 16;

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

    /// <param name="filter">Everything that decides what the list holds and in which order, in words.</param>
    public static string Write(Guid organizationId, string filter, Place last)
    {
        Span<byte> bytes = stackalloc byte[KeysetBytes];
        organizationId.TryWriteBytes(bytes);
        Fingerprint(filter, bytes[16..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], last.Key);
        BinaryPrimitives.WriteInt64BigEndian(bytes[32..], last.Position);
        last.Id.TryWriteBytes(bytes[40..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>True with null for no cursor at all.</summary>
    public static bool TryRead(string? cursor, Guid organizationId, string filter, out Place? last)
    {
        last = null;
        if (cursor is null)
            return true;
        Span<byte> bytes = stackalloc byte[KeysetBytes];
        Span<byte> fingerprint = stackalloc byte[FilterBytes];
        Fingerprint(filter, fingerprint);
        if (!Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var written) || written != KeysetBytes
            || new Guid(bytes[..16]) != organizationId || !bytes[16..24].SequenceEqual(fingerprint))
            return false;
        last = new Place(
            BinaryPrimitives.ReadInt64BigEndian(bytes[24..]), BinaryPrimitives.ReadInt64BigEndian(bytes[32..]), new Guid(bytes[40..]));
        return true;
    }

    private static void Fingerprint(string filter, Span<byte> target) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(filter)).AsSpan(0, FilterBytes).CopyTo(target);
}

/// <summary>An entry of a list, by what the list is sorted by.</summary>
/// <param name="Key">A time, or whatever number comes first in the order.</param>
/// <param name="Position">Decides among equals, where an order has a second number.</param>
/// <param name="Id">Decides at last.</param>
public sealed record Place(long Key, long Position, Guid Id);
