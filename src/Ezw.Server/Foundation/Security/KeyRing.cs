using System.Security.Cryptography;

namespace Ezw.Foundation.Security;

/// <summary>
/// The master keys of this installation: the first seals, all of them open. A key is replaced in two steps, so that nodes that restart one
/// after the other always understand each other: first the new one is added behind the old one everywhere, then it moves to the front.
/// </summary>
public sealed class KeyRing
{
    public const int KeyBytes = 32;
    public const int IdBytes = 4;

    /// <summary>More would be a mistake: what a key sealed is sealed again long before so many followed it.</summary>
    public const int MaxKeys = 8;

    public KeyRing(params IReadOnlyList<byte[]> keys)
    {
        if (keys.Count is 0 or > MaxKeys || keys.Any(key => key.Length != KeyBytes))
            throw new ArgumentException($"A ring has 1 to {MaxKeys} keys of {KeyBytes} bytes.", nameof(keys));
        All = [.. keys.Select(key => new RingKey(IdOf(key), key))];
        if (All.DistinctBy(key => Convert.ToHexString(key.Id)).Count() != All.Count)
            throw new ArgumentException("A key stands in the ring twice.", nameof(keys));
    }

    internal IReadOnlyList<RingKey> All { get; }

    internal RingKey Newest => All[0];

    /// <exception cref="CryptographicException">No key of the ring has this id.</exception>
    internal RingKey Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in All)
        {
            if (id.SequenceEqual(key.Id))
                return key;
        }
        throw new CryptographicException("The master key that sealed this is not in the ring.");
    }

    /// <summary>Derived from the key, so that nobody has to number keys; it tells nothing about it.</summary>
    private static byte[] IdOf(byte[] key) => HKDF.DeriveKey(HashAlgorithmName.SHA256, key, IdBytes, info: "master key id"u8.ToArray());
}

internal sealed record RingKey(byte[] Id, byte[] Key);
