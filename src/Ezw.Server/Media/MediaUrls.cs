using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Security;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

internal abstract record TokenOutcome
{
    private TokenOutcome()
    {
    }

    public sealed record Valid(Guid OrganizationId, MediaHash Hash, SignedRead Read, DateTimeOffset ExpiresAt) : TokenOutcome;

    /// <summary>It was ours, and its time is over.</summary>
    public sealed record Expired : TokenOutcome;

    public sealed record Invalid : TokenOutcome;
}

/// <summary>
/// This server's own signed URLs: /media/{token}, where the token is everything that the answer depends on, and an HMAC-SHA256 over it.
/// Nothing else of a request has a say. Layout: version (1) | key number (4) | organization (16) | hash (32) | expires (8) |
/// disposition (1) | type | file name | HMAC (32), base64url.
/// </summary>
internal sealed class MediaUrls(SecretBox box, IOptions<MediaOptions> options, TimeProvider time)
{
    public const string Path = "/media/";

    private const byte Version = 1;

    // A file name of at most 255 bytes, a type, and the rest fit easily.
    private const int MaxTokenLength = 1024;

    private readonly MediaOptions options = options.Value;

    public SignedUrl Sign(Guid organizationId, MediaHash hash, SignedRead read)
    {
        var longest = TimeSpan.FromSeconds(options.UrlLifetimeSeconds);
        var expiresAt = time.GetUtcNow() + (read.Lifetime is { } wanted && wanted < longest ? wanted : longest);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(options.UrlKeyNumber);
        writer.Write(organizationId.ToByteArray());
        writer.Write(hash.ToBytes());
        writer.Write(expiresAt.ToUnixTimeMilliseconds());
        writer.Write(read.Disposition == Disposition.Inline);
        writer.Write(read.MimeType);
        writer.Write(read.FileName);
        writer.Write(HMACSHA256.HashData(KeyOf(options.UrlKeyNumber), bytes.ToArray()));
        var path = Path + Base64Url.EncodeToString(bytes.ToArray());
        return new SignedUrl(
            options.PublicUrl.Length > 0 ? new Uri(options.PublicUrl.TrimEnd('/') + path) : new Uri(path, UriKind.Relative), expiresAt);
    }

    public TokenOutcome Read(string token)
    {
        if (Decode(token) is not { } bytes)
            return new TokenOutcome.Invalid();
        var content = bytes.AsSpan(0, bytes.Length - HMACSHA256.HashSizeInBytes);
        using var reader = new BinaryReader(new MemoryStream(content.ToArray()), Encoding.UTF8);
        if (reader.ReadByte() != Version || reader.ReadInt32() is var number && !IsAccepted(number))
            return new TokenOutcome.Invalid();
        // From here on the content is what this server wrote, so it is complete.
        if (!IsSigned(number, bytes, content.Length))
            return new TokenOutcome.Invalid();
        var organizationId = new Guid(reader.ReadBytes(16));
        var hash = MediaHash.Of(reader.ReadBytes(SHA256.HashSizeInBytes));
        var expiresAt = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64());
        var disposition = reader.ReadBoolean() ? Disposition.Inline : Disposition.Attachment;
        var mimeType = reader.ReadString();
        var read = new SignedRead(reader.ReadString(), mimeType, disposition);
        return time.GetUtcNow() < expiresAt
            ? new TokenOutcome.Valid(organizationId, hash, read, expiresAt)
            : new TokenOutcome.Expired();
    }

    // The neighbours too: nodes are restarted with a new number one after the other.
    private bool IsAccepted(int number) => number > 0 && Math.Abs((long)number - options.UrlKeyNumber) <= 1;

    private bool IsSigned(int number, byte[] bytes, int length) => box.DeriveAll(PurposeOf(number)).Any(key =>
        CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, bytes.AsSpan(0, length)), bytes.AsSpan(length)));

    private byte[] KeyOf(int number) => box.Derive(PurposeOf(number));

    private static string PurposeOf(int number) => $"media url {number}";

    /// <summary>Only the one spelling that we write ourselves, long enough to hold a key number and an HMAC.</summary>
    private static byte[]? Decode(string token)
    {
        const int shortest = 1 + sizeof(int) + HMACSHA256.HashSizeInBytes;
        if (token.Length > MaxTokenLength || !Base64Url.IsValid(token))
            return null;
        var bytes = Base64Url.DecodeFromChars(token);
        return bytes.Length >= shortest && Base64Url.EncodeToString(bytes) == token ? bytes : null;
    }
}
