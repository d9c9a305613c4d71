using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Live;

internal static class LiveProblems
{
    private const int UserRetrySeconds = 10;
    private const int NodeRetrySeconds = 2;

    public static ProblemHttpResult BadCursor(string member) =>
        Problems.Invalid(member, $"{member} is not a cursor of this organization's changes.");

    public static ProblemHttpResult TooManyStreams(HttpResponse response) => Of(
        response, StatusCodes.Status429TooManyRequests, UserRetrySeconds, Problems.Of(
            StatusCodes.Status429TooManyRequests, "too_many_streams", "You have too many live streams open. Close one."));

    public static ProblemHttpResult NoStreamsLeft(HttpResponse response) => Of(
        response, StatusCodes.Status503ServiceUnavailable, NodeRetrySeconds, Problems.Of(
            StatusCodes.Status503ServiceUnavailable, "no_streams_left", "This server takes no further live stream now. Try again."));

    private static ProblemHttpResult Of(HttpResponse response, int status, int seconds, ProblemHttpResult problem)
    {
        response.Headers.RetryAfter = seconds.ToString(null as IFormatProvider);
        return problem;
    }
}
