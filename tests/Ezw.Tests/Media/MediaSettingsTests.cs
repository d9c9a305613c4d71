using Ezw.Foundation.Storage;
using Ezw.Media;
using Ezw.Providers;
using Ezw.Tests.Support;
using Microsoft.Extensions.Options;

namespace Ezw.Tests.Media;

public sealed class MediaSettingsTests
{
    [Fact]
    public async Task Everything_wrong_is_said_at_once()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => MediaApp.StartAsync(
            TimeProvider.System, "Ezw:Media:Kind=s3", "Ezw:Media:UrlLifetimeSeconds=0", "Ezw:Media:ImageMaxBytes=0",
            "Ezw:Media:PublicUrl=ftp://x", "Ezw:Media:S3:AccessKey=a", "Ezw:Media:S3:RequestChecksums=never",
            "Ezw:Media:S3:ServiceUrl=http://x", "Ezw:Media:S3:PayloadSigning=false", "Ezw:Media:S3:PartBytes=1"));

        foreach (var setting in new[] { "UrlLifetimeSeconds", "ImageMaxBytes", "PublicUrl", "S3:Bucket", "S3:AccessKey",
            "S3:RequestChecksums", "S3:PayloadSigning", "S3:PartBytes" })
            Assert.Contains(refusal.Failures, failure => failure.StartsWith($"Ezw:Media:{setting}", StringComparison.Ordinal));
        Assert.Equal(8, refusal.Failures.Count());
    }

    [Theory]
    [InlineData("Kind=ftp")]
    [InlineData("Kind=S3")]
    [InlineData("UrlKeyNumber=0")]
    [InlineData("DocumentMaxBytes=-1")]
    public async Task A_wrong_setting_stops_the_start(string setting) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => MediaApp.StartAsync(TimeProvider.System, $"Ezw:Media:{setting}"));

    [Fact]
    public async Task The_limits_are_whatsapps_unless_set()
    {
        await using var app = await MediaApp.StartAsync(TimeProvider.System, "Ezw:Media:VideoMaxBytes=7");

        Assert.Equal(16 * 1024 * 1024, app.Intake.LimitOf(MediaKind.Image));
        Assert.Equal(64 * 1024 * 1024, app.Intake.LimitOf(MediaKind.Voice));
        Assert.Equal(100 * 1024 * 1024, app.Intake.LimitOf(MediaKind.Document));
        Assert.Equal(7, app.Intake.LimitOf(MediaKind.Video));
    }

    [Fact]
    public async Task A_server_without_media_says_so()
    {
        await using var app = await MediaApp.StartAsync(TimeProvider.System, "Ezw:Media:Kind=none");
        using var bytes = new MemoryStream([1]);

        Assert.False(app.Store.IsConfigured);
        Assert.IsType<StoreOutcome.StoreUnavailable>(
            await app.Intake.PutAsync(Guid.CreateVersion7(), bytes, 10, CancellationToken.None));
        Assert.Equal("media_store_missing", MediaProblems.StoreMissing().ProblemDetails.Extensions["code"]);
        Assert.Equal(501, MediaProblems.StoreMissing().StatusCode);
    }

    [Fact]
    public async Task The_whole_server_has_the_route_and_the_default_store()
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite);
        var organization = Guid.CreateVersion7();
        using var bytes = new MemoryStream([.. "hello"u8]);
        var stored = Assert.IsType<StoreOutcome.Stored>(
            await app.Part<MediaIntake>().PutAsync(organization, bytes, 10, CancellationToken.None));
        var signed = await app.Part<IMediaStore>().SignReadAsync(
            organization, stored.Hash, new SignedRead("a.txt", "text/plain", Disposition.Attachment), CancellationToken.None);

        Assert.Equal("hello", await app.Http.GetStringAsync(signed!.Url, TestContext.Current.CancellationToken));
        using var wrong = await app.Http.GetAsync(new Uri("/media/x", UriKind.Relative), TestContext.Current.CancellationToken);
        await wrong.ShouldRefuseAsync(404, "not_found");
    }
}
