using System.Text;
using Ezw.Media;
using Ezw.Providers;

namespace Ezw.Tests.Media;

public sealed class TypesByContentTests
{
    private static readonly string[] AllExtensions =
        [.. MediaCorpus.Valid.SelectMany(sample => sample.Extensions).Concat(["html", "svg", "xml", "heic"]).Distinct()];

    public static TheoryData<string> Samples => [.. MediaCorpus.Valid.Select(sample => sample.Name)];

    public static TheoryData<string> Actives => [.. MediaCorpus.Active.Select(active => active.Name)];

    [Theory, MemberData(nameof(Samples))]
    public void A_file_that_is_what_it_says_is_accepted_as_that(string name)
    {
        var sample = MediaCorpus.Named(name);
        var file = $"holiday.{sample.Extensions[0]}";

        foreach (var declared in new[] { sample.MimeType, $"{sample.MimeType}; x=y", sample.MimeType.ToUpperInvariant(), null, "",
            "application/octet-stream" })
            Assert.Equal(
                new MediaVerdict.Accepted(sample.MimeType, sample.Kind, sample.Extensions[0], file),
                Judge(sample.Bytes, sample.Kind, declared, file));
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_file_without_a_name_gets_the_extension_of_its_bytes(string name)
    {
        var sample = MediaCorpus.Named(name);

        var accepted = Assert.IsType<MediaVerdict.Accepted>(Judge(sample.Bytes, sample.Kind, sample.MimeType, null));

        Assert.Equal((sample.MimeType, sample.Extensions[0]), (accepted.MimeType, accepted.Extension));
        Assert.Equal($"file.{sample.Extensions[0]}", accepted.FileName);
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_file_under_the_extension_of_another_type_is_refused_or_kept_as_bytes(string name)
    {
        var sample = MediaCorpus.Named(name);
        foreach (var extension in AllExtensions.Except(sample.Extensions))
        {
            var file = $"holiday.{extension}";
            if (sample.Kind != MediaKind.Document)
                Assert.IsType<MediaVerdict.Disagrees>(Judge(sample.Bytes, sample.Kind, null, file));
            Assert.Equal(
                new MediaVerdict.Accepted("application/octet-stream", MediaKind.Document, "bin", $"{file}.bin"),
                Judge(sample.Bytes, MediaKind.Document, null, file));
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_file_declared_as_another_type_is_refused_or_kept_as_bytes(string name)
    {
        var sample = MediaCorpus.Named(name);
        var file = $"holiday.{sample.Extensions[0]}";
        foreach (var other in MediaCorpus.Valid.Where(other => other.MimeType != sample.MimeType).Select(other => other.MimeType)
            .Concat(["text/html", "image/svg+xml", "image/unheard-of", "nonsense"]))
        {
            if (sample.Kind != MediaKind.Document)
                Assert.IsType<MediaVerdict.Disagrees>(Judge(sample.Bytes, sample.Kind, other, file));
            Assert.Equal(
                "application/octet-stream",
                Assert.IsType<MediaVerdict.Accepted>(Judge(sample.Bytes, MediaKind.Document, other, file)).MimeType);
        }
    }

    [Theory, MemberData(nameof(Samples))]
    public void A_file_cut_anywhere_is_judged_without_failing(string name)
    {
        var sample = MediaCorpus.Named(name);
        foreach (var kind in Enum.GetValues<MediaKind>())
        {
            for (var part = 0; part < 16; part++)
                Assert.NotNull(Judge(sample.Bytes[..(sample.Bytes.Length * part / 16)], kind, sample.MimeType, "a.jpg"));
        }
    }

    [Theory, MemberData(nameof(Actives))]
    public void What_runs_is_never_shown_and_travels_as_bytes(string name)
    {
        var bytes = MediaCorpus.Active.Single(active => active.Name == name).Bytes;
        foreach (var kind in Enum.GetValues<MediaKind>().Where(kind => kind != MediaKind.Document))
            Assert.IsType<MediaVerdict.Disagrees>(Judge(bytes, kind, null, null));
        foreach (var (declared, file) in new[] { ("text/html", "a.html"), ("image/svg+xml", "a.svg"), ("image/png", "a.png"),
            ("text/javascript", "a.js"), (null, "a.pdf") })
            Assert.Equal(
                "application/octet-stream",
                Assert.IsType<MediaVerdict.Accepted>(Judge(bytes, MediaKind.Document, declared, file)).MimeType);
    }

    [Fact]
    public void Bytes_of_two_types_are_of_the_one_they_begin_with()
    {
        byte[] gifAndScript = [.. "GIF89a=1;alert(1)//<script>"u8];
        byte[] jpegAndZip = [.. MediaCorpus.Named("jpeg").Bytes, .. MediaCorpus.Zip()];
        byte[] pdfAndZip = [.. MediaCorpus.Named("pdf").Bytes, .. MediaCorpus.Zip()];
        var pngAndScript = MediaCorpus.WithText(MediaCorpus.Named("png").Bytes, "<script>alert(1)</script>");

        Assert.IsType<MediaVerdict.Disagrees>(Judge(gifAndScript, MediaKind.Image, null, "a.js"));
        Assert.IsType<MediaVerdict.Disagrees>(Judge(jpegAndZip, MediaKind.Image, null, "a.zip"));
        Assert.Equal("image/jpeg", TypeOf(jpegAndZip, MediaKind.Image, "a.jpg"));
        Assert.Equal("application/octet-stream", TypeOf(pdfAndZip, MediaKind.Document, "a.zip"));
        Assert.Equal("application/pdf", TypeOf(pdfAndZip, MediaKind.Document, "a.pdf"));
        Assert.Equal("image/png", TypeOf(pngAndScript, MediaKind.Image, "a.png"));
    }

    [Theory]
    [InlineData("isom", "video/mp4")]
    [InlineData("iso6", "video/mp4")]
    [InlineData("mp42", "video/mp4")]
    [InlineData("avc1", "video/mp4")]
    [InlineData("MSNV", "video/mp4")]
    [InlineData("M4V ", "video/mp4")]
    [InlineData("dash", "video/mp4")]
    [InlineData("qt  ", "video/quicktime")]
    [InlineData("3gp4", "video/3gpp")]
    public void A_video_container_is_told_by_its_brand(string brand, string mimeType) =>
        Assert.Equal(mimeType, TypeOf(MediaCorpus.Brand(brand), MediaKind.Video, null));

    [Fact]
    public void A_brand_among_the_compatible_ones_counts_too()
    {
        Assert.Equal("video/mp4", TypeOf(MediaCorpus.Brand("XXXX", "YYYY", "mp41"), MediaKind.Video, "a.mp4"));
        Assert.Equal("audio/mp4", TypeOf(MediaCorpus.Brand("isom", "mp42"), MediaKind.Audio, "a.m4a"));
        Assert.IsType<MediaVerdict.Disagrees>(Judge(MediaCorpus.Brand("heic", "mif1"), MediaKind.Image, "image/heic", "a.heic"));
        Assert.IsType<MediaVerdict.Disagrees>(Judge(MediaCorpus.Brand("XXXX"), MediaKind.Video, null, null));
    }

    [Fact]
    public void A_voice_note_is_opus_and_a_sticker_is_webp()
    {
        Assert.Equal("audio/ogg", TypeOf(MediaCorpus.Ogg("OpusHead"), MediaKind.Voice, "a.ogg"));
        Assert.Equal("audio/ogg", TypeOf(MediaCorpus.Ogg("\u0001vorbis"), MediaKind.Audio, "a.ogg"));
        Assert.IsType<MediaVerdict.Disagrees>(Judge(MediaCorpus.Ogg("\u0001vorbis"), MediaKind.Voice, null, "a.ogg"));
        Assert.IsType<MediaVerdict.Disagrees>(Judge(MediaCorpus.Named("mp3").Bytes, MediaKind.Voice, null, "a.mp3"));
        Assert.Equal("image/webp", TypeOf(MediaCorpus.Named("webp").Bytes, MediaKind.Sticker, null));
        Assert.IsType<MediaVerdict.Disagrees>(Judge(MediaCorpus.Named("png").Bytes, MediaKind.Sticker, null, null));
        Assert.Equal("image/webp", TypeOf([.. "RIFF\u0010\0\0\0WEBPVP8X\n\0\0\0\u0002"u8], MediaKind.Sticker, null));
    }

    [Fact]
    public void A_document_keeps_a_name_that_we_know_nothing_of()
    {
        byte[] drawing = [0, 1, 2, 3];
        Assert.Equal(
            new MediaVerdict.Accepted("application/octet-stream", MediaKind.Document, "dwg", "plan.dwg"),
            Judge(drawing, MediaKind.Document, "image/vnd.dwg", "plan.dwg"));
        Assert.Equal("application/octet-stream", TypeOf(MediaCorpus.Named("jpeg").Bytes, MediaKind.Document, "a.exe"));
        Assert.Equal("text/csv", TypeOf([0xE0, 0xE1, (byte)',', 0xE2], MediaKind.Document, "windows-1255.csv"));
    }

    [Fact]
    public void Nothing_and_next_to_nothing_are_no_image()
    {
        foreach (var kind in Enum.GetValues<MediaKind>())
            Assert.IsType<MediaVerdict.Disagrees>(Judge([], kind, null, "a.txt"));
        Assert.IsType<MediaVerdict.Disagrees>(Judge([0xFF], MediaKind.Image, "image/jpeg", "a.jpg"));
        Assert.Equal("application/octet-stream", TypeOf([0xFF], MediaKind.Document, "a.jpg"));
    }

    [Fact]
    public void A_page_that_makes_images_may_be_their_name() =>
        Assert.Equal(
            new MediaVerdict.Accepted("image/png", MediaKind.Image, "png", "picture.php.png"),
            Judge(MediaCorpus.Named("png").Bytes, MediaKind.Image, "image/png", "picture.php"));

    private static string TypeOf(byte[] bytes, MediaKind kind, string? file) =>
        Assert.IsType<MediaVerdict.Accepted>(Judge(bytes, kind, null, file)).MimeType;

    private static MediaVerdict Judge(byte[] bytes, MediaKind kind, string? declared, string? file) =>
        MediaVerdict.Of(bytes.AsSpan(0, Math.Min(bytes.Length, MediaSignature.HeadBytes)), new MediaClaim(kind, declared, file));
}
