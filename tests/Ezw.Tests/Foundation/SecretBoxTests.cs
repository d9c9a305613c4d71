using System.Security.Cryptography;
using Ezw.Foundation.Security;

namespace Ezw.Tests.Foundation;

public sealed class SecretBoxTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
    private static readonly byte[] Secret = "a secret of somebody"u8.ToArray();

    [Fact]
    public void A_sealed_secret_opens_for_its_purpose()
    {
        var box = new SecretBox(Key);

        Assert.Equal(Secret, box.Open(box.Seal(Secret, "webhook"), "webhook"));
        Assert.Empty(box.Open(box.Seal([], "webhook"), "webhook"));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same_and_never_shows()
    {
        var box = new SecretBox(Key);
        var (one, other) = (box.Seal(Secret, "webhook"), box.Seal(Secret, "webhook"));

        Assert.NotEqual(one, other);
        Assert.True(one.AsSpan().IndexOf(Secret.AsSpan(0, 4)) < 0);
    }

    [Fact]
    public void Another_purpose_or_key_does_not_open_it()
    {
        var sealedBytes = new SecretBox(Key).Seal(Secret, "webhook");

        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(Key).Open(sealedBytes, "signing key"));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox([.. Key.Reverse()]).Open(sealedBytes, "webhook"));
    }

    [Fact]
    public void No_altered_or_shortened_byte_opens()
    {
        var box = new SecretBox(Key);
        var sealedBytes = box.Seal(Secret, "webhook");
        for (var at = 0; at < sealedBytes.Length; at++)
        {
            byte[] altered = [.. sealedBytes];
            altered[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => box.Open(altered, "webhook"));
            Assert.ThrowsAny<CryptographicException>(() => box.Open(sealedBytes[..at], "webhook"));
        }
    }
}
