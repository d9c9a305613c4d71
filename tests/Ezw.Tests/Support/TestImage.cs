using SkiaSharp;

namespace Ezw.Tests.Support;

/// <summary>Small real images.</summary>
internal static class TestImage
{
    public static byte[] Png(int width = 4, int height = 3, byte red = 200)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(new SKColor(red, 20, 60));
        using var encoded = bitmap.Encode(SKEncodedImageFormat.Png, 90);
        return encoded.ToArray();
    }
}
