using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Storage;

namespace Ezw.Lines;

/// <summary>
/// The secret of one line's Channel API: "ezw_line_", 32 random bytes in base62 and a checksum, so that a leaked one can be recognised
/// and a mistyped one is refused without a look at the database. Only its SHA-256 is stored.
/// </summary>
internal sealed class LineToken : IOrganizationOwned
{
    public const string Prefix = "ezw_line_";
    private const int SecretBytes = 32;
    private const int SecretLetters = 43;
    private const int ChecksumLetters = 6;
    private const int ShownLetters = 6;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public Guid OrganizationId { get; init; }
    public Guid Id { get; init; }
    public Guid LineId { get; init; }
    public byte[] TokenHash { get; init; } = [];
    public string TokenPrefix { get; init; } = "";
    public Guid CreatedBy { get; init; }
    public long CreatedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? LastUsedAt { get; init; }

    public static string Mint()
    {
        var secret = Base62(new BigInteger(RandomNumberGenerator.GetBytes(SecretBytes), isUnsigned: true), SecretLetters);
        return Prefix + secret + Checksum(secret);
    }

    /// <summary>True when the text has the shape and checksum of a line token; says nothing about whether it is valid.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Prefix.Length + SecretLetters + ChecksumLetters
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && text.EndsWith(Checksum(text.Substring(Prefix.Length, SecretLetters)), StringComparison.Ordinal);

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static string Shown(string token) => token[..(Prefix.Length + ShownLetters)];

    private static string Checksum(string secret) => Base62(BinaryPrimitives.ReadUInt32BigEndian(Hash(secret)), ChecksumLetters);

    private static string Base62(BigInteger number, int letters)
    {
        var text = new char[letters];
        for (var i = letters - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(number % Alphabet.Length)];
            number /= Alphabet.Length;
        }
        return new string(text);
    }
}
