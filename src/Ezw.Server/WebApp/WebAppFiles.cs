using System.Text.RegularExpressions;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Ezw.WebApp;

internal static partial class WebAppFiles
{
    private const string Forever = "public, max-age=31536000, immutable";
    private const string AskFirst = "no-cache";

    private const string NotPublished = """
        <!doctype html><html lang="en"><meta charset="utf-8"><title>EZWhatsApp</title>
        <h1>EZWhatsApp</h1>
        <p>The server runs, but its web app was not built. Start it with <code>./dev run</code>, or publish the server.</p>
        <p>The API is here: <a href="/docs">API reference</a></p></html>
        """;

    /// <summary>A file of the app; else its page, which then shows what the address means. A missing file is not a page.</summary>
    public static IResult Read(HttpContext http, AppFiles files)
    {
        var name = http.Request.Path.Value!.TrimStart('/');
        var file = files.Find(name.Length == 0 ? "index.html" : name);
        if (file is null && !Address().IsMatch(name))
            return Problems.NotFound();
        file ??= files.Index;
        Secure(http.Response.Headers);
        if (file is null)
            return TypedResults.Content(NotPublished, "text/html; charset=utf-8");
        if (file == files.Index)
            http.Response.Headers.ContentSecurityPolicy = files.Policy;
        return Send(file, http);
    }

    private static PhysicalFileHttpResult Send(AppFile file, HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = file.IsImmutable ? Forever : AskFirst;
        headers.Vary = HeaderNames.AcceptEncoding;
        var (packed, encoding) = Packed(file, http.Request);
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        var isText = file.ContentType is "text/html" or "text/css" or "text/javascript";
        var type = isText ? $"{file.ContentType}; charset=utf-8" : file.ContentType;
        // Each form of a file has its own tag (RFC 9110, 8.8.3.3).
        return TypedResults.PhysicalFile(packed ?? file.Path, type, entityTag: new EntityTagHeaderValue($"\"{file.Tag}{encoding}\""));
    }

    private static (string? Path, string? Encoding) Packed(AppFile file, HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        return file.Brotli is { } brotli && Accepts(accepted, "br") ? (brotli, "br")
            : file.Gzip is { } gzip && Accepts(accepted, "gzip") ? (gzip, "gzip")
            : (null, null);
    }

    private static bool Accepts(IList<StringWithQualityHeaderValue> accepted, string encoding) =>
        accepted.Any(one => one.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);

    /// <summary>What the app's own addresses are made of.</summary>
    [GeneratedRegex("^[A-Za-z0-9/_-]*$")]
    private static partial Regex Address();

    private static void Secure(IHeaderDictionary headers)
    {
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()";
    }
}
