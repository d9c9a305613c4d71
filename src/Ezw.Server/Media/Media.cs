using Ezw.Foundation.Security;
using Microsoft.Extensions.Options;

namespace Ezw.Media;

/// <summary>The door of the slice.</summary>
internal static class MediaDoor
{
    public static void AddMedia(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<MediaOptions>().BindConfiguration(MediaOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MediaOptions>, MediaOptionsCheck>();
        services.AddMasterKey();
        services.AddSingleton<MediaFolder>();
        services.AddSingleton<MediaSpool>();
        services.AddSingleton<MediaUrls>();
        services.AddSingleton<Thumbnails>();
        services.AddSingleton<MediaIntake>();
        services.AddSingleton<S3Bucket>();
        services.AddSingleton<IMediaStore>(all => all.GetRequiredService<IOptions<MediaOptions>>().Value.Kind switch
        {
            MediaOptions.Filesystem => ActivatorUtilities.CreateInstance<FileMediaStore>(all),
            MediaOptions.S3Bucket => ActivatorUtilities.CreateInstance<S3MediaStore>(all),
            _ => new NoMediaStore(),
        });
    }

    /// <summary>Outside /api: the signature in the URL is the only credential. Not documented, because its URLs are made here alone.</summary>
    public static void MapMedia(this IEndpointRouteBuilder routes) => routes
        .MapMethods(MediaUrls.Path + "{token}", [HttpMethods.Get, HttpMethods.Head], MediaFilesApi.Read)
        .WithSummary("Read a file by its signed URL")
        .ExcludeFromDescription();
}
