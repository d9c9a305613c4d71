using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ezw.Identity.Accounts;

/// <summary>
/// A refresh token works once and is followed by the next of its family. Times in epoch-milliseconds.
/// A family ends a fixed time after the password was given.
/// </summary>
internal sealed record RefreshToken(
    byte[] Hash, Guid UserId, Guid FamilyId, long AuthenticatedAt, long CreatedAt, long? UsedAt, long? RevokedAt)
{
    private const string Prefix = "ezw_refresh_";
    private const int SecretBytes = 32;

    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    /// <summary>Two tabs of one browser refresh at the same moment; within this the second one is no thief.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public long ExpiresAt => AuthenticatedAt + (long)Lifetime.TotalMilliseconds;

    public static (string Text, RefreshToken Token) Make(Guid userId, Guid familyId, long authenticatedAt, long now)
    {
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return (text, new RefreshToken(HashOf(text), userId, familyId, authenticatedAt, now, null, null));
    }

    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    public RefreshTokenUse UseAt(long now)
    {
        if (RevokedAt is not null || ExpiresAt <= now)
            return RefreshTokenUse.Refused;
        return UsedAt is null || now - UsedAt <= Grace.TotalMilliseconds ? RefreshTokenUse.Allowed : RefreshTokenUse.Reused;
    }
}

internal enum RefreshTokenUse
{
    Allowed,
    Refused,

    /// <summary>A spent token came back: somebody else has a copy, so the whole family ends.</summary>
    Reused,
}
