using System.Buffers;
using System.Security.Cryptography;

namespace Ezw.Media;

/// <summary>The SHA-256 of a file's bytes: its name in the store. Always 64 lower-case hexadecimal digits, so it is safe in a path.</summary>
internal readonly record struct MediaHash
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly string? hex;

    private MediaHash(string hex) => this.hex = hex;

    public string Hex => hex ?? throw new InvalidOperationException("A media hash was never set.");

    public static MediaHash Of(ReadOnlySpan<byte> sha256) =>
        sha256.Length == SHA256.HashSizeInBytes
            ? new MediaHash(Convert.ToHexStringLower(sha256))
            : throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(sha256));

    /// <summary>Null for anything but 64 lower-case hexadecimal digits.</summary>
    public static MediaHash? Parse(string? text) =>
        text is { Length: 2 * SHA256.HashSizeInBytes } && !text.AsSpan().ContainsAnyExcept(Digits) ? new MediaHash(text) : null;

    /// <summary>Equal bytes of two organizations are two files: nobody learns from the store what another one has.</summary>
    public string KeyIn(Guid organizationId) => $"{organizationId:d}/{Hex.AsSpan(0, 2)}/{Hex}";

    public byte[] ToBytes() => Convert.FromHexString(Hex);

    public override string ToString() => Hex;
}
