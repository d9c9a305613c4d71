using System.Diagnostics;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Ezw.Media;

/// <summary>Files by this server's own signed URLs. The token is all that counts: no header or parameter changes what is answered.</summary>
internal static class MediaFilesApi
{
    public static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> Read(
        string token, HttpContext http, MediaUrls urls, IMediaStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        switch (urls.Read(token))
        {
            case TokenOutcome.Valid valid:
                return await OpenAsync(valid, http, store, time, cancellationToken);
            case TokenOutcome.Expired:
                return MediaProblems.UrlExpired();
            case TokenOutcome.Invalid:
                return Problems.NotFound();
            default:
                throw new UnreachableException();
        }
    }

    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> OpenAsync(
        TokenOutcome.Valid valid, HttpContext http, IMediaStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        switch (await store.OpenAsync(valid.OrganizationId, valid.Hash, cancellationToken))
        {
            case OpenOutcome.Opened opened when IsBeyond(http.Request, opened.SizeBytes):
                await opened.Bytes.DisposeAsync();
                http.Response.Headers.ContentRange = $"bytes */{opened.SizeBytes}";
                return MediaProblems.RangeNotSatisfiable();
            case OpenOutcome.Opened opened:
                var presentation = Presentation.Of(valid.Read);
                Protect(http.Response.Headers, presentation, valid.ExpiresAt - time.GetUtcNow());
                return TypedResults.Stream(
                    opened.Bytes, presentation.ContentType, entityTag: new EntityTagHeaderValue($"\"{valid.Hash}\""),
                    enableRangeProcessing: opened.Bytes.CanSeek);
            case OpenOutcome.Absent:
                return Problems.NotFound();
            case OpenOutcome.StoreUnavailable:
                return store.IsConfigured ? MediaProblems.StoreUnavailable() : MediaProblems.StoreMissing();
            default:
                throw new UnreachableException();
        }
    }

    // Whatever the bytes are, a browser keeps to the type, runs nothing and tells nobody where it was.
    private static void Protect(IHeaderDictionary headers, Presentation presentation, TimeSpan remaining)
    {
        headers.ContentDisposition = presentation.ContentDisposition;
        headers.CacheControl = $"private, max-age={(long)remaining.TotalSeconds}";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers["Cross-Origin-Resource-Policy"] = "same-site";
        headers["Referrer-Policy"] = "no-referrer";
    }

    // The framework answers this one without a body; several ranges at once it answers with the whole file.
    private static bool IsBeyond(HttpRequest request, long sizeBytes) =>
        !request.Headers.ContainsKey(HeaderNames.IfRange)
        && request.GetTypedHeaders().Range is { Unit.Value: "bytes", Ranges: { Count: 1 } ranges }
        && ranges.First() is var range
        && (range.From >= sizeBytes || (range.From is null && range.To == 0));
}
