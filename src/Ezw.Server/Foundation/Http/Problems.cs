using System.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Foundation.Http;

/// <summary>RFC 9457 problems with a stable machine code. Each slice has one file of factories built on this.</summary>
public static class Problems
{
    private const string Catalogue = "https://docs.ezw.solutions/errors#";

    public static ProblemHttpResult Of(int status, string code, string detail, IDictionary<string, object?>? extensions = null)
    {
        var members = new Dictionary<string, object?>(extensions ?? new Dictionary<string, object?>())
        {
            ["code"] = code,
            ["traceId"] = Activity.Current?.TraceId.ToString(),
        };
        return TypedResults.Problem(detail, statusCode: status, type: Catalogue + code, extensions: members);
    }

    /// <summary>400 with one sentence per member that is wrong.</summary>
    public static ProblemHttpResult Invalid(IDictionary<string, string[]> errors) => Of(
        StatusCodes.Status400BadRequest, "invalid_request", string.Join(' ', errors.SelectMany(e => e.Value)),
        new Dictionary<string, object?> { ["errors"] = errors });

    public static ProblemHttpResult Invalid(string member, string sentence) =>
        Invalid(new Dictionary<string, string[]> { [member] = [sentence] });

    /// <summary>Absent and not visible look the same.</summary>
    public static ProblemHttpResult NotFound() =>
        Of(StatusCodes.Status404NotFound, "not_found", "There is no such resource, or it is not visible to you.");

    public static ProblemHttpResult Unauthorized() =>
        Of(StatusCodes.Status401Unauthorized, "unauthorized", "The bearer token is missing, unknown, expired or of the wrong kind.");

    public static ProblemHttpResult Forbidden(string detail) => Of(StatusCodes.Status403Forbidden, "forbidden", detail);

    public static ProblemHttpResult Unavailable() => Of(
        StatusCodes.Status503ServiceUnavailable, "storage_unavailable",
        "The request could not be stored now. Repeat it with the same Idempotency-Key.");
}
