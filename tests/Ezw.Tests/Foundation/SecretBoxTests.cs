using System.Security.Cryptography;
using System.Text;
using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Foundation;

public sealed class SecretBoxTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(number => (byte)number)];
    private static readonly byte[] OtherKey = [.. Key.Reverse()];
    private static readonly byte[] Secret = "a secret of somebody"u8.ToArray();

    [Fact]
    public void A_sealed_secret_opens_for_its_purpose()
    {
        var box = new SecretBox(new KeyRing(Key));

        Assert.Equal(Secret, box.Open(box.Seal(Secret, "webhook"), "webhook"));
        Assert.Empty(box.Open(box.Seal([], "webhook"), "webhook"));
    }

    [Fact]
    public void The_same_secret_never_looks_the_same_and_never_shows()
    {
        var box = new SecretBox(new KeyRing(Key));
        var (one, other) = (box.Seal(Secret, "webhook"), box.Seal(Secret, "webhook"));

        Assert.NotEqual(one, other);
        Assert.True(one.AsSpan().IndexOf(Secret.AsSpan(0, 4)) < 0);
    }

    [Fact]
    public void Another_purpose_or_key_does_not_open_it()
    {
        var sealedBytes = new SecretBox(new KeyRing(Key)).Seal(Secret, "webhook");

        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new KeyRing(Key)).Open(sealedBytes, "signing key"));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new KeyRing(OtherKey)).Open(sealedBytes, "webhook"));
    }

    [Fact]
    public void No_altered_or_shortened_byte_opens()
    {
        var box = new SecretBox(new KeyRing(Key));
        var sealedBytes = box.Seal(Secret, "webhook");
        for (var at = 0; at < sealedBytes.Length; at++)
        {
            byte[] altered = [.. sealedBytes];
            altered[at] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => box.Open(altered, "webhook"));
            Assert.ThrowsAny<CryptographicException>(() => box.Open(sealedBytes[..at], "webhook"));
        }
    }

    [Fact]
    public void After_a_rotation_the_newest_key_seals_and_the_former_still_open()
    {
        var before = new SecretBox(new KeyRing(Key));
        var during = new SecretBox(new KeyRing(Key, OtherKey));
        var after = new SecretBox(new KeyRing(OtherKey, Key));
        var end = new SecretBox(new KeyRing(OtherKey));

        var (old, recent) = (before.Seal(Secret, "webhook"), after.Seal(Secret, "webhook"));

        Assert.Equal(Secret, after.Open(old, "webhook"));
        Assert.Equal(Secret, during.Open(recent, "webhook"));
        Assert.Equal(Secret, end.Open(recent, "webhook"));
        Assert.ThrowsAny<CryptographicException>(() => end.Open(old, "webhook"));
        Assert.ThrowsAny<CryptographicException>(() => before.Open(recent, "webhook"));
    }

    [Fact]
    public void What_was_sealed_before_keys_had_ids_opens_with_whichever_key_sealed_it()
    {
        var sealedBytes = SealWithoutKeyId(Key, Secret, "webhook");

        Assert.Equal(Secret, new SecretBox(new KeyRing(Key)).Open(sealedBytes, "webhook"));
        Assert.Equal(Secret, new SecretBox(new KeyRing(OtherKey, Key)).Open(sealedBytes, "webhook"));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new KeyRing(OtherKey)).Open(sealedBytes, "webhook"));
        Assert.ThrowsAny<CryptographicException>(() => new SecretBox(new KeyRing(Key)).Open(sealedBytes, "signing key"));
    }

    [Fact]
    public void What_was_derived_before_a_rotation_can_still_be_checked()
    {
        var before = new SecretBox(new KeyRing(Key)).Derive("media url 1");
        var after = new SecretBox(new KeyRing(OtherKey, Key));

        Assert.NotEqual(before, after.Derive("media url 1"));
        Assert.Equal([after.Derive("media url 1"), before], after.DeriveAll("media url 1"));
    }

    [Fact]
    public void A_ring_is_neither_empty_nor_repeats_itself_nor_takes_short_keys()
    {
        Assert.Throws<ArgumentException>(() => new KeyRing());
        Assert.Throws<ArgumentException>(() => new KeyRing(Key, OtherKey, [.. Key]));
        Assert.Throws<ArgumentException>(() => new KeyRing(Key[..16]));
    }

    [Fact]
    public void A_setting_or_a_file_names_the_keys_with_the_sealing_one_first()
    {
        var folder = Directory.CreateTempSubdirectory("ezw-keys-").FullName;
        var storage = Options.Create(new StorageOptions { DataFolder = folder });
        var made = MasterKey.Load(Setting(null), storage).Seal(Secret, "webhook");
        var file = Path.Combine(folder, "master.key");
        File.WriteAllText(file, $"{Convert.ToBase64String(OtherKey)}\n{File.ReadAllText(file)}");

        Assert.Equal(Secret, MasterKey.Load(Setting(null), storage).Open(made, "webhook"));
        var bySetting = MasterKey.Load(Setting($"{Convert.ToBase64String(OtherKey)}, {Convert.ToBase64String(Key)}"), storage);
        Assert.Equal(Secret, new SecretBox(new KeyRing(OtherKey)).Open(bySetting.Seal(Secret, "webhook"), "webhook"));
        Assert.Throws<InvalidOperationException>(() => MasterKey.Load(Setting("c2hvcnQ="), storage));
        Directory.Delete(folder, recursive: true);
    }

    private static IConfiguration Setting(string? value) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("Ezw:MasterKey", value)]).Build();

    private static byte[] SealWithoutKeyId(byte[] key, byte[] secret, string purpose)
    {
        var (nonce, tag, text) = (RandomNumberGenerator.GetBytes(12), new byte[16], new byte[secret.Length]);
        using var aes = new AesGcm(key, tag.Length);
        aes.Encrypt(nonce, secret, text, tag, Encoding.UTF8.GetBytes(purpose));
        return [1, .. nonce, .. tag, .. text];
    }
}
