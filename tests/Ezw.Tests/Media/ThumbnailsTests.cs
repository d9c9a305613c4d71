using Ezw.Media;
using Microsoft.Extensions.Options;
using SkiaSharp;

namespace Ezw.Tests.Media;

public sealed class ThumbnailsTests : IDisposable
{
    private readonly Thumbnails thumbnails = new(Options.Create(new MediaOptions()));

    public void Dispose() => thumbnails.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, 1000, 500)]
    [InlineData(SKEncodedImageFormat.Png, 500, 1000)]
    [InlineData(SKEncodedImageFormat.Webp, 401, 1)]
    public async Task A_large_image_becomes_a_small_one_of_the_same_shape(SKEncodedImageFormat format, int width, int height)
    {
        var made = await MakeAsync(MediaCorpus.Picture(format, width, height));

        using var small = SKBitmap.Decode(made.Bytes);
        Assert.Equal((width, height, "image/jpeg"), (made.Width, made.Height, made.MimeType));
        Assert.Equal(Math.Min(400, Math.Max(width, height)), Math.Max(small.Width, small.Height));
        Assert.Equal(Math.Max(1, Math.Min(small.Width, small.Height)), Math.Max(1, 400 * Math.Min(width, height) / Math.Max(width, height)));
    }

    [Fact]
    public async Task A_small_image_is_not_enlarged()
    {
        using var small = SKBitmap.Decode((await MakeAsync(MediaCorpus.Named("jpeg").Bytes)).Bytes);

        Assert.Equal((64, 64), (small.Width, small.Height));
    }

    [Fact]
    public async Task What_shows_through_still_does()
    {
        var made = await MakeAsync(MediaCorpus.Picture(SKEncodedImageFormat.Png, isClear: true));

        using var small = SKBitmap.Decode(made.Bytes);
        Assert.Equal(("image/webp", 0), (made.MimeType, small.GetPixel(10, 10).Alpha));
    }

    [Theory]
    // Where the stored left half is once the image is shown: EXIF tag 0x0112.
    [InlineData(1, 0.1, 0.5)]
    [InlineData(2, 0.9, 0.5)]
    [InlineData(3, 0.9, 0.5)]
    [InlineData(4, 0.1, 0.5)]
    [InlineData(5, 0.5, 0.1)]
    [InlineData(6, 0.5, 0.1)]
    [InlineData(7, 0.5, 0.9)]
    [InlineData(8, 0.5, 0.9)]
    public async Task An_image_is_turned_as_it_says_and_tells_no_place(ushort orientation, double x, double y)
    {
        var stored = MediaCorpus.WithExif(MediaCorpus.Picture(SKEncodedImageFormat.Jpeg, 600, 300, isHalved: true), orientation);

        var made = await MakeAsync(stored);

        using var small = SKBitmap.Decode(made.Bytes);
        var colour = small.GetPixel((int)(small.Width * x), (int)(small.Height * y));
        Assert.True(colour is { Red: > 200, Blue: < 60 }, $"{colour}");
        Assert.Equal(orientation >= 5 ? (300, 600) : (600, 300), (made.Width, made.Height));
        Assert.Equal(orientation >= 5 ? (200, 400) : (400, 200), (small.Width, small.Height));
        Assert.True(stored.AsSpan().IndexOf("GPS"u8) > 0);
        Assert.True(made.Bytes.AsSpan().IndexOf("GPS"u8) < 0 && made.Bytes.AsSpan().IndexOf("Exif"u8) < 0);
    }

    [Fact]
    public async Task A_few_bytes_that_unfold_to_gigabytes_are_not_unfolded()
    {
        var bomb = MediaCorpus.Bomb(30_000);
        Assert.InRange(bomb.Length, 1, 2_000_000);
        var before = GC.GetTotalAllocatedBytes();

        var outcome = await OutcomeAsync(bomb);

        Assert.Equal(new ThumbnailOutcome.TooManyPixels(30_000, 30_000), outcome);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 50_000_000);
    }

    [Fact]
    public async Task The_limit_of_pixels_is_the_one_of_the_settings()
    {
        using var strict = new Thumbnails(Options.Create(new MediaOptions { ImageMaxPixels = 100 }));
        using var bytes = new MemoryStream(MediaCorpus.Bomb(11));

        Assert.Equal(new ThumbnailOutcome.TooManyPixels(11, 11), await strict.MakeAsync(bytes, CancellationToken.None));
        Assert.IsType<ThumbnailOutcome.Made>(await OutcomeAsync(MediaCorpus.Bomb(10)));
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task An_image_that_ends_early_is_broken(string name)
    {
        var whole = MediaCorpus.Named(name).Bytes;
        for (var part = 0; part < 16; part++)
            Assert.IsType<ThumbnailOutcome.Broken>(await OutcomeAsync(whole[..(whole.Length * part / 16)]));
    }

    [Fact]
    public async Task Damage_anywhere_gives_an_answer()
    {
        var random = new Random(7);
        foreach (var name in new[] { "jpeg", "png", "webp", "gif" })
        {
            for (var round = 0; round < 100; round++)
            {
                var bytes = MediaCorpus.Named(name).Bytes.ToArray();
                for (var hit = 0; hit < 5; hit++)
                    bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                Assert.NotNull(await OutcomeAsync(bytes));
            }
        }
        Assert.IsType<ThumbnailOutcome.Broken>(await OutcomeAsync([]));
        Assert.IsType<ThumbnailOutcome.Broken>(await OutcomeAsync([.. "<svg width='9' height='9'/>"u8]));
    }

    private async Task<ThumbnailOutcome.Made> MakeAsync(byte[] image) =>
        Assert.IsType<ThumbnailOutcome.Made>(await OutcomeAsync(image));

    private async Task<ThumbnailOutcome> OutcomeAsync(byte[] image)
    {
        using var bytes = new MemoryStream(image);
        return await thumbnails.MakeAsync(bytes, TestContext.Current.CancellationToken);
    }
}
