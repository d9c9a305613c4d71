using Microsoft.Extensions.Options;
using SkiaSharp;

namespace Ezw.Media;

internal abstract record ThumbnailOutcome
{
    private ThumbnailOutcome()
    {
    }

    /// <param name="Width">Of the whole image as it is shown, so after turning it as its EXIF says.</param>
    /// <param name="MimeType">Of the thumbnail: image/jpeg, or image/webp where something shows through.</param>
    public sealed record Made(int Width, int Height, byte[] Bytes, string MimeType) : ThumbnailOutcome;

    /// <summary>It would unfold to more pixels than are decoded here.</summary>
    public sealed record TooManyPixels(int Width, int Height) : ThumbnailOutcome;

    /// <summary>Cut off, corrupt, or not an image.</summary>
    public sealed record Broken : ThumbnailOutcome;
}

/// <summary>
/// Looks at images: their size, whether they can be decoded, and a small copy of pixels alone, without EXIF, place or profile. The size
/// that the header names is judged before a pixel is decoded, and no more images are decoded at once than there are cores.
/// </summary>
internal sealed class Thumbnails(IOptions<MediaOptions> options) : IDisposable
{
    public const int LongestSide = 400;

    private const int Quality = 80;
    private const float JpegFractions = 8;

    private readonly MediaOptions options = options.Value;
    private readonly SemaphoreSlim decoding = new(Environment.ProcessorCount);

    /// <param name="image">Held in memory as a whole; larger than the limit of images is Broken.</param>
    public async Task<ThumbnailOutcome> MakeAsync(Stream image, CancellationToken cancellationToken)
    {
        await decoding.WaitAsync(cancellationToken);
        try
        {
            if (image.CanSeek && image.Length > options.ImageMaxBytes)
                return new ThumbnailOutcome.Broken();
            return await Task.Run(() => Make(image), cancellationToken);
        }
        finally
        {
            decoding.Release();
        }
    }

    public void Dispose() => decoding.Dispose();

    private ThumbnailOutcome Make(Stream image)
    {
        using var data = SKData.Create(image);
        using var codec = data is null ? null : SKCodec.Create(data);
        if (codec is null || codec.Info is not { Width: > 0, Height: > 0 } whole)
            return new ThumbnailOutcome.Broken();
        if ((long)whole.Width * whole.Height > options.ImageMaxPixels)
            return new ThumbnailOutcome.TooManyPixels(whole.Width, whole.Height);
        using var pixels = Decode(codec);
        if (pixels is null)
            return new ThumbnailOutcome.Broken();
        var isOpaque = whole.AlphaType == SKAlphaType.Opaque;
        using var small = Draw(pixels, codec.EncodedOrigin, isOpaque);
        using var encoded = small?.Encode(isOpaque ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Webp, Quality);
        if (encoded is null)
            return new ThumbnailOutcome.Broken();
        var (width, height) = IsOnItsSide(codec.EncodedOrigin) ? (whole.Height, whole.Width) : (whole.Width, whole.Height);
        return new ThumbnailOutcome.Made(width, height, encoded.ToArray(), isOpaque ? "image/jpeg" : "image/webp");
    }

    /// <summary>Null unless every pixel is there. JPEG is decoded at a fraction of its size at once.</summary>
    private static SKBitmap? Decode(SKCodec codec)
    {
        var scale = Math.Min(1f, (float)LongestSide / Math.Max(codec.Info.Width, codec.Info.Height));
        // The JPEG decoder knows eighths; the next larger one leaves nothing to be enlarged.
        var size = codec.GetScaledDimensions(MathF.Ceiling(scale * JpegFractions) / JpegFractions);
        var bitmap = new SKBitmap(new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success)
            return bitmap;
        bitmap.Dispose();
        return null;
    }

    private static SKImage? Draw(SKBitmap pixels, SKEncodedOrigin origin, bool isOpaque)
    {
        var scale = Math.Min(1f, (float)LongestSide / Math.Max(pixels.Width, pixels.Height));
        var (width, height) = (Math.Max(1, (int)(pixels.Width * scale)), Math.Max(1, (int)(pixels.Height * scale)));
        var (shownWidth, shownHeight) = IsOnItsSide(origin) ? (height, width) : (width, height);
        using var surface = SKSurface.Create(new SKImageInfo(
            shownWidth, shownHeight, SKColorType.Rgba8888, isOpaque ? SKAlphaType.Opaque : SKAlphaType.Premul));
        if (surface is null)
            return null;
        surface.Canvas.Concat(Turn(origin, width, height));
        using var image = SKImage.FromBitmap(pixels);
        surface.Canvas.DrawImage(
            image, SKRect.Create(width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        return surface.Snapshot();
    }

    private static bool IsOnItsSide(SKEncodedOrigin origin) => origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop
        or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>From stored to shown pixels, for a stored image of this size. The eight orientations of EXIF, tag 0x0112.</summary>
    private static SKMatrix Turn(SKEncodedOrigin origin, int width, int height) => origin switch
    {
        SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, width, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, width, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, height, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new SKMatrix(0, -1, height, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, height, -1, 0, width, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new SKMatrix(0, 1, 0, -1, 0, width, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
