using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Ezw.Foundation.Http;

/// <summary>Answers that no handler made are problems too: unknown routes, wrong methods, bodies that cannot be read.</summary>
public static class ProblemResponses
{
    private static readonly string[] Charsets = ["utf-8", "utf-16", "us-ascii", "iso-8859-1"];

    public static void AddProblems(this IHostApplicationBuilder builder)
    {
        builder.Services.AddExceptionHandler<ProblemExceptions>();
        builder.Services.AddProblemDetails();
        // Outside Development the framework would answer a bare 400 where we owe a problem.
        builder.Services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }

    /// <summary>Documents the refusals that belong to what a route does; those of its shape are found by <see cref="ApiDocs"/>.</summary>
    public static TBuilder MayRefuse<TBuilder>(this TBuilder route, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            route.ProducesProblem(status);
        return route;
    }

    /// <summary>First in the pipeline.</summary>
    public static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => ForStatus(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext));
        app.Use((http, next) =>
            HasKnownCharset(http.Request) ? next(http) : ForStatus(StatusCodes.Status415UnsupportedMediaType).ExecuteAsync(http));
    }

    // The framework's JSON reader fails on a charset that it does not know, as if that were a bug of ours.
    private static bool HasKnownCharset(HttpRequest request) =>
        !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        || !type.Charset.HasValue
        || Charsets.Contains(HeaderUtilities.RemoveQuotes(type.Charset).Value, StringComparer.OrdinalIgnoreCase);

    internal static ProblemHttpResult ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Problems.NotFound(),
        StatusCodes.Status405MethodNotAllowed => Problems.Of(status, "method_not_allowed", "The resource does not know this method."),
        StatusCodes.Status408RequestTimeout => Problems.Of(status, "request_timeout", "The request arrived too slowly."),
        StatusCodes.Status413PayloadTooLarge => Problems.Of(status, "payload_too_large", "The body is larger than this route accepts."),
        StatusCodes.Status415UnsupportedMediaType => Problems.Of(
            status, "unsupported_media_type", "The route does not read this Content-Type."),
        _ => Problems.Of(status, "invalid_request", "The request could not be read: a part is missing, malformed or out of range."),
    };
}
