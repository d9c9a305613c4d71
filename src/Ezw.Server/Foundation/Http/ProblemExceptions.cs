using System.Data.Common;
using System.Text.Json;
using Ezw.Foundation.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Foundation.Http;

/// <summary>
/// The one place where an exception becomes an answer. The framework's complaints about a request are the caller's mistakes; storage
/// that is away is said so; everything else is a bug, logged here and shown without details.
/// </summary>
public sealed class ProblemExceptions(ILogger<ProblemExceptions> log) : IExceptionHandler
{
    private const int UnavailableRetrySeconds = 1;

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        await Answer(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    private ProblemHttpResult Answer(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { InnerException: JsonException json }:
                return MalformedJson(json);
            case BadHttpRequestException bad:
                return ProblemResponses.ForStatus(bad.StatusCode);
            case JsonException json:
                return MalformedJson(json);
            case StorageUnavailableException:
            case DbException when StorageFault.IsUnavailable(exception):
                http.Response.Headers.RetryAfter = UnavailableRetrySeconds.ToString(null as IFormatProvider);
                return Problems.Unavailable();
            default:
                log.LogError(exception, "{Method} {Route} failed", http.Request.Method, http.GetEndpoint()?.DisplayName);
                return Problems.Of(
                    StatusCodes.Status500InternalServerError, "internal_error",
                    "The server failed on this request. The log has the reason under this traceId.");
        }
    }

    // The parser's own message names our types; its position is what helps the caller.
    private static ProblemHttpResult MalformedJson(JsonException json)
    {
        var member = json.Path is { Length: > 0 } path ? path : "$";
        return Problems.Invalid(member, $"The body is not what this route takes: malformed, unknown or of the wrong type at {member}.");
    }
}
