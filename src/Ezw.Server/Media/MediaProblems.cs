using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Media;

/// <summary>Every refusal of this slice. docs/errors.md lists the codes.</summary>
internal static class MediaProblems
{
    /// <summary>First thing that a route about files says, before it reads a body.</summary>
    public static ProblemHttpResult StoreMissing() => Problems.Of(
        StatusCodes.Status501NotImplemented, "media_store_missing", "This server runs without a media store, so it keeps no files.");

    public static ProblemHttpResult StoreUnavailable() => Problems.Of(
        StatusCodes.Status503ServiceUnavailable, "media_store_unavailable", "The media store cannot be used now. Try again shortly.");

    public static ProblemHttpResult UrlExpired() => Problems.Of(
        StatusCodes.Status403Forbidden, "media_url_expired", "This signed URL has expired. Ask for a new one.");

    public static ProblemHttpResult RangeNotSatisfiable() => Problems.Of(
        StatusCodes.Status416RangeNotSatisfiable, "range_not_satisfiable", "The file has no bytes in the range asked for.");
}
