using Ezw.Media;
using Microsoft.Extensions.Options;

namespace Ezw.WebApp;

/// <summary>The door of the slice: the operators' app, as it was published, at every path that is not the API's.</summary>
internal static class WebAppDoor
{
    // An unknown path there is answered in JSON.
    private static readonly PathString api = "/api";

    public static void AddWebApp(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebAppOptions>().BindConfiguration(WebAppOptions.Section);
        builder.Services.AddSingleton(services => AppFiles.Open(
            services.GetRequiredService<IOptions<WebAppOptions>>().Value.Folder,
            MediaOrigin(services.GetRequiredService<IOptions<MediaOptions>>().Value)));
    }

    public static void MapWebApp(this WebApplication app)
    {
        app.MapGet("/api/about", AboutApi.Read).WithTags("Identity").WithSummary("What this server is");
        // Not a route: a route for every address would take part where a verb is wrong, and turn 405 into 404.
        var files = app.Services.GetRequiredService<AppFiles>();
        app.Use((http, next) => http.GetEndpoint() is null && IsRead(http.Request) && !http.Request.Path.StartsWithSegments(api)
            ? WebAppFiles.Read(http, files).ExecuteAsync(http)
            : next(http));
    }

    private static bool IsRead(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>Where the browser reads files from when that is not this server.</summary>
    private static string? MediaOrigin(MediaOptions media)
    {
        if (media.Kind != MediaOptions.S3Bucket)
            return Uri.TryCreate(media.PublicUrl, UriKind.Absolute, out var own) ? own.GetLeftPart(UriPartial.Authority) : null;
        if (!Uri.TryCreate(media.S3.ServiceUrl, UriKind.Absolute, out var service))
            return $"https://{media.S3.Bucket}.s3.{media.S3.Region}.amazonaws.com";
        return media.S3.PathStyle
            ? service.GetLeftPart(UriPartial.Authority)
            : $"{service.Scheme}://{media.S3.Bucket}.{service.Authority}";
    }
}
