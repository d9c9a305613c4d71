using System.Net;
using System.Net.Http.Headers;
using Ezw.Media;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Media;

/// <summary>What only a bucket does, against a real S3 server.</summary>
public sealed class BucketTests
{
    private static readonly Guid Acme = Guid.CreateVersion7();
    private static readonly SignedRead Saved = new("דוח \"1\".pdf", "application/pdf", Disposition.Attachment);

    [Fact]
    public async Task Wrong_keys_are_refused_and_said_to_be_an_unavailable_store()
    {
        Prerequisite.Swift();
        string[] bucket = await (await SwiftServer.SharedAsync()).CreateBucketAsync();
        await using var right = await MediaApp.StartAsync(TimeProvider.System, bucket);
        var hash = await right.KeepAsync(Acme, [1, 2, 3]);
        foreach (var wrong in new[] { "Ezw:Media:S3:SecretKey=not the secret", "Ezw:Media:S3:AccessKey=test:nobody",
            "Ezw:Media:S3:Region=eu-west-1", "Ezw:Media:S3:Bucket=there-is-no-such-bucket" })
        {
            await using var app = await MediaApp.StartAsync(
                TimeProvider.System, [.. bucket.Where(pair => pair.Split('=')[0] != wrong.Split('=')[0]), wrong]);
            using var bytes = new MemoryStream([1, 2, 3]);

            Assert.IsType<StoreOutcome.StoreUnavailable>(await app.Intake.PutAsync(Acme, bytes, 10, CancellationToken.None));
            if (!wrong.Contains(":Bucket=", StringComparison.Ordinal))
            {
                var opened = await app.Store.OpenAsync(Acme, hash, CancellationToken.None);
                var reason = Assert.IsType<OpenOutcome.StoreUnavailable>(opened).Reason;
                Assert.DoesNotContain("secret", reason, StringComparison.OrdinalIgnoreCase);
                Assert.Null(await app.Store.ExistsAsync(Acme, hash, CancellationToken.None));
                Assert.False(await app.Store.DeleteAsync(Acme, hash, CancellationToken.None));
                using var answer = await app.Http.GetAsync(
                    await app.SignAsync(Acme, hash, Saved), TestContext.Current.CancellationToken);
                Assert.False(answer.IsSuccessStatusCode);
            }
        }
        Assert.Equal([1, 2, 3], await right.ReadAsync(Acme, hash));
    }

    [Fact]
    public async Task A_bucket_that_is_away_is_an_unavailable_store()
    {
        await using var app = await MediaApp.StartAsync(
            TimeProvider.System, "Ezw:Media:Kind=s3", "Ezw:Media:S3:Bucket=b", "Ezw:Media:S3:ServiceUrl=http://127.0.0.1:1",
            "Ezw:Media:S3:AccessKey=a", "Ezw:Media:S3:SecretKey=s", "Ezw:Media:S3:PathStyle=true");
        using var bytes = new MemoryStream([1]);
        var hash = MediaHash.Of(new byte[32]);

        Assert.Equal(
            new StoreOutcome.StoreUnavailable("The bucket cannot be reached."),
            await app.Intake.PutAsync(Acme, bytes, 10, CancellationToken.None));
        Assert.IsType<OpenOutcome.StoreUnavailable>(await app.Store.OpenAsync(Acme, hash, CancellationToken.None));
        Assert.Null(await app.Store.ExistsAsync(Acme, hash, CancellationToken.None));
    }

    [Fact]
    public async Task A_presigned_url_presents_the_file_as_signed_and_in_ranges()
    {
        Prerequisite.Swift();
        await using var app = await MediaApp.StartAsync(StoreKind.Bucket);
        var bytes = KeepingFilesTests.Noise(1000);
        var hash = await app.KeepAsync(Acme, bytes);
        using var request = new HttpRequestMessage(HttpMethod.Get, await app.SignAsync(Acme, hash, Saved));
        request.Headers.Range = new RangeHeaderValue(10, 19);

        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[10..20], await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("דוח \"1\".pdf", answer.Content.Headers.ContentDisposition?.FileNameStar);
    }

    [Fact]
    public async Task A_presigned_url_signs_its_path_its_parameters_its_host_and_its_method()
    {
        Prerequisite.Swift();
        await using var app = await MediaApp.StartAsync(StoreKind.Bucket);
        var hash = await app.KeepAsync(Acme, [1, 2, 3]);
        var other = await app.KeepAsync(Acme, [4, 5, 6]);
        var url = (await app.SignAsync(Acme, hash, Saved)).AbsoluteUri;
        (HttpMethod Method, string Url, string? Host)[] altered =
        [
            (HttpMethod.Get, url.Replace(hash.KeyIn(Acme), other.KeyIn(Acme), StringComparison.Ordinal), null),
            (HttpMethod.Get, url.Replace("application%2Fpdf", "text%2Fhtml", StringComparison.Ordinal), null),
            (HttpMethod.Get, url.Replace("attachment", "inline", StringComparison.Ordinal), null),
            (HttpMethod.Get, System.Text.RegularExpressions.Regex.Replace(url, "X-Amz-Expires=[0-9]+", "X-Amz-Expires=86400"), null),
            (HttpMethod.Get, url + "&response-expires=x", null),
            (HttpMethod.Get, url, "elsewhere.example"),
            (HttpMethod.Delete, url, null),
        ];

        foreach (var (method, alteredUrl, host) in altered)
        {
            using var request = new HttpRequestMessage(method, alteredUrl);
            request.Headers.Host = host;
            using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{method} {alteredUrl} {host}: {(int)answer.StatusCode}");
        }
        using var sound = await app.Http.GetAsync(new Uri(url), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, sound.StatusCode);
    }

    [Fact]
    public async Task A_presigned_url_ends()
    {
        Prerequisite.Swift();
        // The bucket has a clock of its own: what is signed to end within two seconds is asked for until it has.
        await using var app = await MediaApp.StartAsync(StoreKind.Bucket, "Ezw:Media:UrlLifetimeSeconds=2");
        var url = await app.SignAsync(Acme, await app.KeepAsync(Acme, [1, 2, 3]), Saved);
        using (var first = await app.Http.GetAsync(url, TestContext.Current.CancellationToken))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);

        await Eventually.BecomesAsync(async () =>
        {
            using var answer = await app.Http.GetAsync(url, TestContext.Current.CancellationToken);
            return answer.StatusCode;
        }, status => status == HttpStatusCode.Forbidden, "the end of the URL");
    }

    [Fact]
    public async Task An_upload_in_parts_is_whole_or_absent()
    {
        Prerequisite.Swift();
        await using var app = await MediaApp.StartAsync(StoreKind.Bucket);
        var bytes = KeepingFilesTests.Noise((2 * 5 * 1024 * 1024) + 1);
        using var stopped = new CancellationTokenSource();
        using var source = new MemoryStream(bytes);
        var received = Assert.IsType<SpoolOutcome.Received>(
            await app.Part<MediaSpool>().ReceiveAsync(source, bytes.Length, CancellationToken.None));
        using var file = received.File;

        var upload = app.Store.KeepAsync(Acme, file, stopped.Token);
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => upload);
        Assert.False(await app.Store.ExistsAsync(Acme, file.Hash, CancellationToken.None));

        Assert.IsType<StoreOutcome.Stored>(await app.Store.KeepAsync(Acme, file, CancellationToken.None));
        Assert.Equal(bytes, await app.ReadAsync(Acme, file.Hash));
    }
}
