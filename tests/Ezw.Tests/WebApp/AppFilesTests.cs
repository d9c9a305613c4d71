using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.WebApp;

/// <summary>How the published app is served.</summary>
public sealed class AppFilesTests : IAsyncLifetime
{
    private const string Page = """<!doctype html><script type="importmap">{"imports":{}}</script><script src="js/a.js"></script>""";

    private readonly string folder = Directory.CreateTempSubdirectory("ezw-web-").FullName;
    private TestApp app = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Write("index.html", Page);
        Write("js/app.js", "plain");
        Write("js/app.js.br", "packed");
        Write("_framework/dotnet.0a1b2c3d4e.wasm", "code");
        Write("../beside.txt", "not of the app");
        app = await TestApp.StartAsync(DatabaseKind.Sqlite, $"Ezw:WebApp:Folder={folder}");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/inbox/01a22725-0000-7000-8000-000000000000?view=mine")]
    public async Task Every_address_of_the_app_is_its_page_under_a_strict_policy(string path)
    {
        using var answer = await app.Http.GetAsync(path, Stop);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal(Page, await answer.Content.ReadAsStringAsync(Stop));
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        var scripts = policy.Split(';', StringSplitOptions.TrimEntries)
            .Single(part => part.StartsWith("script-src", StringComparison.Ordinal));
        Assert.Equal("script-src 'self' 'wasm-unsafe-eval' 'sha256-URrTy+Il/Nz0lHojVUx275hWqAWhkSF0VsHbUM4/6Hw='", scripts);
        Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task What_is_packed_travels_packed_and_each_form_has_its_own_tag()
    {
        using var plain = await app.Http.GetAsync("/js/app.js", Stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/js/app.js");
        request.Headers.Add("Accept-Encoding", "gzip, br");
        using var packed = await app.Http.SendAsync(request, Stop);
        Assert.Equal(("plain", "packed"), (await plain.Content.ReadAsStringAsync(Stop), await packed.Content.ReadAsStringAsync(Stop)));
        Assert.Equal("br", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/js/app.js");
        again.Headers.IfNoneMatch.Add(plain.Headers.ETag!);
        using var unchanged = await app.Http.SendAsync(again, Stop);
        Assert.Equal(304, (int)unchanged.StatusCode);
    }

    [Fact]
    public async Task A_name_with_a_fingerprint_is_kept_for_ever()
    {
        using var answer = await app.Http.GetAsync("/_framework/dotnet.0a1b2c3d4e.wasm", Stop);
        Assert.Equal("application/wasm", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl is { Public: true, MaxAge: { TotalDays: 365 } });
        Assert.Contains("immutable", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/js/missing.js", 404)]
    [InlineData("/js/app.js.br", 404)]
    [InlineData("/..%2fbeside.txt", 404)]
    [InlineData("/%2e%2e/beside.txt", 404)]
    [InlineData("/api/nothing", 404)]
    [InlineData("/api", 404)]
    [InlineData("/openapi/none.json", 404)]
    public async Task What_is_no_page_is_not_answered_with_one(string path, int status)
    {
        using var answer = await app.Http.GetAsync(path, Stop);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.NotEqual(Page, await answer.Content.ReadAsStringAsync(Stop));
    }

    [Fact]
    public async Task A_wrong_verb_on_a_route_of_the_api_stays_405()
    {
        using var answer = await app.Http.GetAsync("/api/auth/login", Stop);
        Assert.Equal(405, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Without_the_app_the_page_says_so()
    {
        await using var bare = await TestApp.StartAsync(DatabaseKind.Sqlite, $"Ezw:WebApp:Folder={folder}/nowhere");
        using var answer = await bare.Http.GetAsync("/", Stop);
        Assert.Contains("its web app was not built", await answer.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
