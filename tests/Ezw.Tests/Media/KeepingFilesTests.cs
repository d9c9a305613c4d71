using System.Security.Cryptography;
using Ezw.Media;

namespace Ezw.Tests.Media;

/// <summary>What every store promises.</summary>
public sealed class KeepingFilesTests
{
    private static readonly Guid Acme = Guid.CreateVersion7();
    private static readonly Guid Globex = Guid.CreateVersion7();

    [Theory, EachStore]
    public async Task What_is_kept_is_read_back_byte_for_byte(StoreKind kind)
    {
        await using var app = await MediaApp.StartAsync(kind);
        // Nothing, one byte, around a buffer, and more than one part of a bucket's upload.
        foreach (var size in new[] { 0, 1, 131_072, 131_073, 11_000_000 })
        {
            var bytes = Noise(size);

            var hash = await app.KeepAsync(Acme, bytes);

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hash.Hex);
            Assert.Equal(bytes, await app.ReadAsync(Acme, hash));
            Assert.Empty(Leftovers(app));
        }
    }

    [Theory, EachStore]
    public async Task Equal_bytes_are_kept_once_and_for_one_organization(StoreKind kind)
    {
        await using var app = await MediaApp.StartAsync(kind);
        var bytes = Noise(1000);

        var hashes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => app.KeepAsync(Acme, bytes)));

        Assert.Single(hashes.Distinct());
        Assert.True(await app.Store.ExistsAsync(Acme, hashes[0], CancellationToken.None));
        Assert.False(await app.Store.ExistsAsync(Globex, hashes[0], CancellationToken.None));
        Assert.IsType<OpenOutcome.Absent>(await app.Store.OpenAsync(Globex, hashes[0], CancellationToken.None));
        Assert.Empty(Leftovers(app));
    }

    [Theory, EachStore]
    public async Task What_is_deleted_is_gone_for_its_organization_only(StoreKind kind)
    {
        await using var app = await MediaApp.StartAsync(kind);
        var hash = await app.KeepAsync(Acme, Noise(10));
        await app.KeepAsync(Globex, Noise(10));

        Assert.True(await app.Store.DeleteAsync(Acme, hash, CancellationToken.None));
        Assert.True(await app.Store.DeleteAsync(Acme, hash, CancellationToken.None));
        Assert.True(await app.Store.DeleteAsync(Guid.CreateVersion7(), hash, CancellationToken.None));

        Assert.False(await app.Store.ExistsAsync(Acme, hash, CancellationToken.None));
        Assert.Equal(Noise(10), await app.ReadAsync(Globex, hash));
    }

    [Theory, EachStore]
    public async Task One_byte_too_many_is_too_large_and_leaves_nothing(StoreKind kind)
    {
        await using var app = await MediaApp.StartAsync(kind);
        using var exact = new MemoryStream(Noise(500_000));
        using var larger = new MemoryStream(Noise(500_001));

        Assert.IsType<StoreOutcome.Stored>(await app.Intake.PutAsync(Acme, exact, 500_000, CancellationToken.None));
        Assert.Equal(
            new StoreOutcome.TooLarge(500_000), await app.Intake.PutAsync(Acme, larger, 500_000, CancellationToken.None));

        Assert.Empty(Leftovers(app));
    }

    [Theory, EachStore]
    public async Task A_sender_who_breaks_off_leaves_nothing(StoreKind kind)
    {
        await using var app = await MediaApp.StartAsync(kind);
        using var cut = new CutStream(Noise(300_000));

        await Assert.ThrowsAsync<IOException>(() => app.Intake.PutAsync(Acme, cut, 1_000_000, CancellationToken.None));

        Assert.Empty(Leftovers(app));
    }

    [Theory, EachStore]
    public async Task A_signed_url_reads_the_file(StoreKind kind)
    {
        await using var app = await MediaApp.StartAsync(kind);
        var hash = await app.KeepAsync(Acme, Noise(1000));
        var url = await app.SignAsync(Acme, hash, new SignedRead("חופשה.jpg", "image/jpeg", Disposition.Inline));

        using var answer = await app.Http.GetAsync(url, TestContext.Current.CancellationToken);

        Assert.Equal(Noise(1000), await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("inline", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("חופשה.jpg", answer.Content.Headers.ContentDisposition?.FileNameStar);
        Assert.True(answer.Headers.CacheControl?.Private);
    }

    internal static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    internal static IEnumerable<string> Leftovers(MediaApp app) =>
        Directory.EnumerateFiles(Path.Combine(app.Folder, "media", "incoming"));

    /// <summary>A request whose connection breaks after these bytes.</summary>
    private sealed class CutStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await base.ReadAsync(buffer, cancellationToken) is var count and > 0 ? count : throw new IOException("The connection broke.");
    }
}
