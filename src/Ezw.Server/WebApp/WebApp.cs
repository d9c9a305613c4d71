using Ezw.Media;
using Microsoft.Extensions.Options;

namespace Ezw.WebApp;

/// <summary>The door of the slice: the operators' app, as it was published, at every path that is not the API's.</summary>
internal static class WebAppDoor
{
    // Not the API's: an unknown path there is answered in JSON, and a wrong verb by 405.
    private static readonly string[] Pages = ["/", "/{**path:regex(^(?!api/|api$|openapi/|docs|setup$|healthz|readyz|\\.well-known/).*$)}"];

    public static void AddWebApp(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebAppOptions>().BindConfiguration(WebAppOptions.Section);
        builder.Services.AddSingleton(services => AppFiles.Open(
            services.GetRequiredService<IOptions<WebAppOptions>>().Value.Folder,
            MediaOrigin(services.GetRequiredService<IOptions<MediaOptions>>().Value)));
    }

    public static void MapWebApp(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/about", AboutApi.Read).WithTags("Identity").WithSummary("What this server is");
        foreach (var page in Pages)
            routes.MapMethods(page, [HttpMethods.Get, HttpMethods.Head], WebAppApi.Read).WithOrder(int.MaxValue).ExcludeFromDescription();
    }

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
