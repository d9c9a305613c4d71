using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Ezw.Media;
using Ezw.Tests.Identity;
using Ezw.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Media;

/// <summary>This server's own signed URLs: who has one reads one file for a while, and nothing else.</summary>
public sealed class SignedUrlsTests : IAsyncLifetime
{
    private static readonly Guid Acme = Guid.CreateVersion7();
    private static readonly Guid Globex = Guid.CreateVersion7();
    private static readonly byte[] Content = [.. Enumerable.Range(0, 1000).Select(number => (byte)number)];
    private static readonly SignedRead Shown = new("holiday.jpg", "image/jpeg", Disposition.Inline);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
    private MediaApp app = null!;
    private MediaHash hash;

    public async ValueTask InitializeAsync()
    {
        app = await MediaApp.StartAsync(time);
        hash = await app.KeepAsync(Acme, Content);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_signed_url_reads_its_file_and_forbids_all_else()
    {
        using var answer = await GetAsync(await app.SignAsync(Acme, hash, Shown));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Content, await BodyAsync(answer));
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal("inline; filename=holiday.jpg; filename*=UTF-8''holiday.jpg", Header(answer, "Content-Disposition"));
        Assert.Equal("max-age=300, private", Header(answer, "Cache-Control"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("sandbox; default-src 'none'", Header(answer, "Content-Security-Policy"));
        Assert.Equal("same-site", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("bytes", Header(answer, "Accept-Ranges"));
        Assert.Equal($"\"{hash}\"", Header(answer, "ETag"));
    }

    [Fact]
    public async Task A_signed_url_ends_to_the_second()
    {
        var url = await app.SignAsync(Acme, hash, Shown);

        time.Advance(TimeSpan.FromSeconds(299));
        using (var last = await GetAsync(url))
        {
            Assert.Equal(HttpStatusCode.OK, last.StatusCode);
            Assert.Equal("max-age=1, private", Header(last, "Cache-Control"));
        }
        time.Advance(TimeSpan.FromSeconds(1));
        using var late = await GetAsync(url);
        await late.ShouldRefuseAsync(403, "media_url_expired");
    }

    [Fact]
    public async Task A_lifetime_may_be_shorter_than_the_settings_and_never_longer()
    {
        var shorter = await app.Store.SignReadAsync(Acme, hash, Shown with { Lifetime = TimeSpan.FromSeconds(10) }, CancellationToken.None);
        var longer = await app.Store.SignReadAsync(Acme, hash, Shown with { Lifetime = TimeSpan.FromDays(1) }, CancellationToken.None);

        Assert.Equal(time.GetUtcNow().AddSeconds(10), shorter!.ExpiresAt);
        Assert.Equal(time.GetUtcNow().AddSeconds(300), longer!.ExpiresAt);
    }

    [Fact]
    public async Task A_token_with_one_character_changed_opens_nothing()
    {
        var url = (await app.SignAsync(Acme, hash, Shown)).AbsolutePath;
        foreach (var at in Enumerable.Range("/media/".Length, url.Length - "/media/".Length))
        {
            var other = url[at] == 'A' ? 'B' : 'A';
            await ShouldNotBeFoundAsync(url[..at] + other + url[(at + 1)..]);
        }
    }

    [Fact]
    public async Task A_token_cut_extended_or_invented_opens_nothing()
    {
        var url = (await app.SignAsync(Acme, hash, Shown)).AbsolutePath;
        string[] wrong =
        [
            url[..^1], url + "A", url + "=", url + "%00", url + ".jpg", "/media/" + url["/media/".Length..].ToUpperInvariant(),
            "/media/x", "/media/AAAA", "/media/" + new string('A', 500), "/media/" + new string('A', 5000), "/media/%20", "/media/..%2f",
            "/media/🙂", "/media/" + Convert.ToBase64String(new byte[200]).TrimEnd('='),
        ];
        foreach (var path in wrong)
            await ShouldNotBeFoundAsync(path);
    }

    [Fact]
    public async Task Bytes_of_one_organization_are_no_bytes_of_another()
    {
        using var foreign = await GetAsync(await app.SignAsync(Globex, hash, Shown));
        await foreign.ShouldRefuseAsync(404, "not_found");

        Assert.IsType<OpenOutcome.Absent>(await app.Store.OpenAsync(Globex, hash, CancellationToken.None));
        Assert.NotEqual(await app.SignAsync(Acme, hash, Shown), await app.SignAsync(Globex, hash, Shown));
    }

    [Fact]
    public async Task A_url_dies_with_its_file()
    {
        var url = await app.SignAsync(Acme, hash, Shown);
        Assert.True(await app.Store.DeleteAsync(Acme, hash, CancellationToken.None));

        using var answer = await GetAsync(url);
        await answer.ShouldRefuseAsync(404, "not_found");
    }

    [Fact]
    public async Task Parameters_and_headers_of_the_reader_change_nothing()
    {
        var url = await app.SignAsync(Acme, hash, new SignedRead("a.pdf", "application/pdf", Disposition.Attachment));
        using var request = new HttpRequestMessage(HttpMethod.Get, url + "?response-content-type=text/html"
            + "&response-content-disposition=inline&expires=99999999999&disposition=inline&type=text/html&type=x");
        request.Headers.TryAddWithoutValidation("Accept", "text/html");
        request.Headers.Host = "elsewhere.example";

        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("application/pdf", answer.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("attachment;", Header(answer, "Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal(Content, await BodyAsync(answer));
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/svg+xml")]
    [InlineData("text/javascript")]
    [InlineData("application/xhtml+xml")]
    [InlineData("application/pdf", "application/pdf")]
    [InlineData("text/plain", "text/plain")]
    [InlineData("image/heic")]
    public async Task What_could_run_is_saved_and_never_shown(string mimeType, string served = "application/octet-stream")
    {
        using var answer = await GetAsync(await app.SignAsync(Acme, hash, new SignedRead("a.x", mimeType, Disposition.Inline)));

        Assert.StartsWith("attachment;", Header(answer, "Content-Disposition"), StringComparison.Ordinal);
        Assert.Equal(served, answer.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("חשבונית.jpg", "filename*=UTF-8''%D7%97%D7%A9%D7%91%D7%95%D7%A0%D7%99%D7%AA.jpg")]
    [InlineData("a\"b\r\nX: y.jpg", "filename*=UTF-8''a_bX_%20y.jpg")]
    public async Task A_file_name_of_any_letters_stays_one_header(string name, string expected)
    {
        using var answer = await GetAsync(await app.SignAsync(Acme, hash, Shown with { FileName = FileNames.Safe(name) }));

        Assert.EndsWith(expected, Header(answer, "Content-Disposition"), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("X"));
    }

    [Theory]
    [InlineData("bytes=0-0", 206, 0, 1)]
    [InlineData("bytes=10-19", 206, 10, 10)]
    [InlineData("bytes=990-", 206, 990, 10)]
    [InlineData("bytes=-10", 206, 990, 10)]
    [InlineData("bytes=990-5000", 206, 990, 10)]
    [InlineData("bytes=-5000", 206, 0, 1000)]
    // Several ranges, other units and nonsense: the whole file, as RFC 9110 (14.2) allows.
    [InlineData("bytes=0-1,5-6", 200, 0, 1000)]
    [InlineData("lines=1-2", 200, 0, 1000)]
    [InlineData("bytes=9-1", 200, 0, 1000)]
    [InlineData("bytes=x", 200, 0, 1000)]
    public async Task A_range_is_read(string range, int status, int from, int count)
    {
        using var answer = await GetAsync(await app.SignAsync(Acme, hash, Shown), range);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(Content[from..(from + count)], await BodyAsync(answer));
        if (status == 206)
            Assert.Equal($"bytes {from}-{from + count - 1}/1000", Header(answer, "Content-Range"));
    }

    [Theory]
    [InlineData("bytes=1000-")]
    [InlineData("bytes=5000-6000")]
    [InlineData("bytes=-0")]
    public async Task A_range_beyond_the_end_is_a_problem(string range)
    {
        using var answer = await GetAsync(await app.SignAsync(Acme, hash, Shown), range);

        await answer.ShouldRefuseAsync(416, "range_not_satisfiable");
        Assert.Equal("bytes */1000", Header(answer, "Content-Range"));
    }

    [Fact]
    public async Task Head_tells_everything_but_the_bytes()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, await app.SignAsync(Acme, hash, Shown));
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((200, 1000L), ((int)answer.StatusCode, answer.Content.Headers.ContentLength));
        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType?.ToString());
        Assert.Empty(await BodyAsync(answer));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task No_other_method_is_signed_for(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), await app.SignAsync(Acme, hash, Shown));
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        await answer.ShouldRefuseAsync(405, "method_not_allowed");
    }

    [Fact]
    public async Task A_browser_that_has_the_bytes_is_not_sent_them_again()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await app.SignAsync(Acme, hash, Shown));
        request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue($"\"{hash}\""));
        using var answer = await app.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
    }

    [Fact]
    public async Task Keys_change_one_by_one_and_a_jump_ends_all_urls()
    {
        var url = (await app.SignAsync(Acme, hash, Shown)).AbsolutePath;
        foreach (var (number, status) in new[] { (1, 200), (2, 200), (3, 404) })
        {
            await using var next = await MediaApp.StartAsync(app.Folder, time, $"Ezw:Media:UrlKeyNumber={number}");
            using var answer = await next.Http.GetAsync(new Uri(url, UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_server_with_another_master_key_knows_nothing_of_it()
    {
        var url = (await app.SignAsync(Acme, hash, Shown)).AbsolutePath;
        await using var other = await MediaApp.StartAsync(time);
        await other.KeepAsync(Acme, Content);

        using var answer = await other.Http.GetAsync(new Uri(url, UriKind.Relative), TestContext.Current.CancellationToken);
        await answer.ShouldRefuseAsync(404, "not_found");
    }

    [Fact]
    public async Task A_url_is_under_the_public_address_or_the_one_of_the_request()
    {
        await using var named = await MediaApp.StartAsync(time, "Ezw:Media:PublicUrl=https://media.example.com/ezw/");
        var signed = await named.Store.SignReadAsync(Acme, hash, Shown, CancellationToken.None);
        Assert.StartsWith("https://media.example.com/ezw/media/", signed!.Url.AbsoluteUri, StringComparison.Ordinal);

        var relative = await app.Store.SignReadAsync(Acme, hash, Shown, CancellationToken.None);
        var http = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        (http.Request.Scheme, http.Request.Host) = ("https", new("inbox.example.com"));
        Assert.StartsWith("https://inbox.example.com/media/", relative!.On(http.Request).AbsoluteUri, StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        string.Join(", ", answer.Headers.TryGetValues(name, out var values) ? values : answer.Content.Headers.GetValues(name));

    private static Task<byte[]> BodyAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> GetAsync(Uri url, string? range = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (range is not null)
            request.Headers.TryAddWithoutValidation("Range", range);
        return await app.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private async Task ShouldNotBeFoundAsync(string path)
    {
        using var answer = await app.Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        var problem = await answer.ShouldBeJsonAsync(404);
        Assert.Equal("not_found", (string?)problem["code"]);
    }
}
