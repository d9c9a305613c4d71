using System.Security.Cryptography;

namespace Ezw.Webhooks.Configuring;

/// <summary>What signs deliveries: a key of 32 bytes, shown once in the form of the Standard Webhooks specification.</summary>
/// <param name="Sealed">The key, as <see cref="WebhookSeals"/> sealed it.</param>
/// <param name="CreatedAt">Epoch-milliseconds.</param>
/// <param name="ExpiresAt">Null for the present one.</param>
internal sealed record WebhookSecret(byte[] Sealed, long CreatedAt, long? ExpiresAt)
{
    private const string Prefix = "whsec_";

    /// <summary>Standard Webhooks asks for 24 to 64.</summary>
    private const int KeyBytes = 32;

    public static byte[] MintKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    public static string Show(byte[] key) => Prefix + Convert.ToBase64String(key);
}
