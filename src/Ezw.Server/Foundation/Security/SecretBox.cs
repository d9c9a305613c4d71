using System.Security.Cryptography;
using System.Text;

namespace Ezw.Foundation.Security;

/// <summary>
/// Seals secrets before they reach the database: AES-256-GCM, a fresh nonce each time, with the purpose as associated data, so that a
/// sealed value moved to another column does not open. Layout: version (1) | key id (4) | nonce (12) | tag (16) | ciphertext.
/// </summary>
/// <remarks>Version 1 had no key id; the tag tells which key of the ring sealed such a value.</remarks>
public sealed class SecretBox(KeyRing keys)
{
    private const byte WithoutKeyId = 1;
    private const byte Version = 2;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int DerivedKeyBytes = 32;
    private const int SealBytes = NonceBytes + TagBytes;
    private const int HeaderBytes = 1 + KeyRing.IdBytes + SealBytes;

    public byte[] Seal(byte[] secret, string purpose)
    {
        var sealedBytes = new byte[HeaderBytes + secret.Length];
        sealedBytes[0] = Version;
        keys.Newest.Id.CopyTo(sealedBytes, 1);
        var seal = sealedBytes.AsSpan(1 + KeyRing.IdBytes);
        var nonce = seal[..NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(keys.Newest.Key, TagBytes);
        aes.Encrypt(nonce, secret, seal[SealBytes..], seal[NonceBytes..SealBytes], Encoding.UTF8.GetBytes(purpose));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">A key that is not in the ring, or another purpose, sealed it, or it was altered.</exception>
    public byte[] Open(byte[] sealedBytes, string purpose) => sealedBytes switch
    {
        [Version, ..] when sealedBytes.Length >= HeaderBytes =>
            OpenWith(keys.Find(sealedBytes.AsSpan(1, KeyRing.IdBytes)), sealedBytes.AsSpan(1 + KeyRing.IdBytes), purpose),
        [WithoutKeyId, ..] when sealedBytes.Length > SealBytes => OpenWithAny(sealedBytes, purpose),
        _ => throw new CryptographicException("Not a sealed secret."),
    };

    /// <summary>A key of 32 bytes for one purpose, e.g. for signing: it tells nothing about the master key or other purposes.</summary>
    public byte[] Derive(string purpose) => Derive(keys.Newest, purpose);

    /// <summary>The same of every key in the ring, the newest first: for checking what was signed before a rotation.</summary>
    public IEnumerable<byte[]> DeriveAll(string purpose) => keys.All.Select(key => Derive(key, purpose));

    private static byte[] Derive(RingKey key, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Key, DerivedKeyBytes, info: Encoding.UTF8.GetBytes(purpose));

    private byte[] OpenWithAny(byte[] sealedBytes, string purpose)
    {
        foreach (var key in keys.All.SkipLast(1))
        {
            try
            {
                return OpenWith(key, sealedBytes.AsSpan(1), purpose);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Another key of the ring sealed it, perhaps.
            }
        }
        return OpenWith(keys.All[^1], sealedBytes.AsSpan(1), purpose);
    }

    private static byte[] OpenWith(RingKey key, ReadOnlySpan<byte> seal, string purpose)
    {
        var secret = new byte[seal.Length - SealBytes];
        using var aes = new AesGcm(key.Key, TagBytes);
        aes.Decrypt(
            seal[..NonceBytes], seal[SealBytes..], seal[NonceBytes..SealBytes], secret, Encoding.UTF8.GetBytes(purpose));
        return secret;
    }
}
