using System.Security.Cryptography;
using System.Text;

namespace Ezw.Foundation.Security;

/// <summary>
/// Seals secrets before they reach the database: AES-256-GCM, a fresh nonce each time, with the purpose as associated data, so that a
/// sealed value moved to another column does not open. Layout: version (1) | nonce (12) | tag (16) | ciphertext.
/// </summary>
public sealed class SecretBox(byte[] masterKey)
{
    private const byte Version = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int DerivedKeyBytes = 32;
    private const int HeaderBytes = 1 + NonceBytes + TagBytes;

    public byte[] Seal(byte[] secret, string purpose)
    {
        var sealedBytes = new byte[HeaderBytes + secret.Length];
        sealedBytes[0] = Version;
        var nonce = sealedBytes.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(masterKey, TagBytes);
        aes.Encrypt(
            nonce, secret, sealedBytes.AsSpan(HeaderBytes), sealedBytes.AsSpan(1 + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(purpose));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">Another key or purpose sealed it, or it was altered.</exception>
    public byte[] Open(byte[] sealedBytes, string purpose)
    {
        if (sealedBytes.Length < HeaderBytes || sealedBytes[0] != Version)
            throw new CryptographicException("Not a sealed secret.");
        var secret = new byte[sealedBytes.Length - HeaderBytes];
        using var aes = new AesGcm(masterKey, TagBytes);
        aes.Decrypt(
            sealedBytes.AsSpan(1, NonceBytes), sealedBytes.AsSpan(HeaderBytes), sealedBytes.AsSpan(1 + NonceBytes, TagBytes), secret,
            Encoding.UTF8.GetBytes(purpose));
        return secret;
    }

    /// <summary>A key of 32 bytes for one purpose, e.g. for signing: it tells nothing about the master key or other purposes.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, masterKey, DerivedKeyBytes, info: Encoding.UTF8.GetBytes(purpose));
}
