using Ezw.Media;
using Ezw.Providers;
using SkiaSharp;

namespace Ezw.Tests.Media;

/// <summary>A file's way in: received, judged, looked at, kept.</summary>
public sealed class TakingFilesInTests : IAsyncLifetime
{
    private static readonly Guid Acme = Guid.CreateVersion7();
    private MediaApp app = null!;

    public async ValueTask InitializeAsync() => app = await MediaApp.StartAsync(
        StoreKind.Folder, "Ezw:Media:ImageMaxBytes=300000", "Ezw:Media:DocumentMaxBytes=100000", "Ezw:Media:ImageMaxPixels=1000000");

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task An_image_is_kept_with_its_size_and_a_thumbnail()
    {
        var image = MediaCorpus.WithExif(MediaCorpus.Picture(SKEncodedImageFormat.Jpeg, 600, 300, isHalved: true), 6);

        var kept = Assert.IsType<IntakeOutcome.Kept>(await TakeAsync(image, MediaKind.Image, "image/jpeg", "../a.JPG")).File;

        Assert.Equal(("image/jpeg", "a.JPG", 300, 600), (kept.MimeType, kept.FileName, kept.Width, kept.Height));
        Assert.Equal(image, await app.ReadAsync(Acme, kept.Hash));
        using var thumbnail = SKBitmap.Decode(await app.ReadAsync(Acme, kept.Thumbnail!.Value));
        Assert.Equal((200, 400), (thumbnail.Width, thumbnail.Height));
    }

    [Fact]
    public async Task A_document_is_kept_without_looking_inside()
    {
        var bytes = MediaCorpus.Bomb(1001);

        var kept = Assert.IsType<IntakeOutcome.Kept>(await TakeAsync(bytes, MediaKind.Document, "image/png", "plan.png")).File;

        Assert.Equal((MediaKind.Document, "image/png", null, null), (kept.Kind, kept.MimeType, kept.Width, kept.Thumbnail));
        Assert.Equal(bytes.Length, kept.SizeBytes);
    }

    [Fact]
    public async Task What_does_not_fit_together_or_cannot_be_seen_is_refused_and_not_kept()
    {
        var jpeg = MediaCorpus.Named("jpeg").Bytes;
        foreach (var (bytes, name) in new[] { (jpeg, "a.png"), (jpeg[..^200], "a.jpg"), (MediaCorpus.Bomb(1001), "a.png"), ([], "a.jpg"),
            ([.. "GIF89a<script>alert(1)</script>"u8], "a.gif") })
            Assert.IsType<IntakeOutcome.Refused>(await TakeAsync(bytes, MediaKind.Image, null, name));

        Assert.Empty(KeepingFilesTests.Leftovers(app));
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "media", "files")));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public async Task The_limit_is_the_one_of_the_kind_to_the_byte(int more, bool isKept)
    {
        var outcome = await TakeAsync(KeepingFilesTests.Noise(100_000 + more), MediaKind.Document, null, "a.bin");

        if (isKept)
            Assert.IsType<IntakeOutcome.Kept>(outcome);
        else
            Assert.Equal(new IntakeOutcome.TooLarge(100_000), outcome);
    }

    private async Task<IntakeOutcome> TakeAsync(byte[] bytes, MediaKind kind, string? mimeType, string? fileName)
    {
        using var stream = new MemoryStream(bytes);
        return await app.Intake.TakeAsync(Acme, stream, new MediaClaim(kind, mimeType, fileName), CancellationToken.None);
    }
}
