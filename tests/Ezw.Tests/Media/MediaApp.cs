using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Media;
using Ezw.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ezw.Tests.Media;

public enum StoreKind
{
    Folder,
    Bucket,
}

/// <summary>A server of the media slice alone, on a real socket.</summary>
internal sealed class MediaApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly bool ownsFolder;

    private MediaApp(WebApplication app, string folder, bool ownsFolder)
    {
        (this.app, Folder, this.ownsFolder) = (app, folder, ownsFolder);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = new Uri(app.Urls.First()),
        };
    }

    public string Folder { get; }

    public HttpClient Http { get; }

    public IMediaStore Store => Part<IMediaStore>();

    public MediaIntake Intake => Part<MediaIntake>();

    public static async Task<MediaApp> StartAsync(StoreKind kind, params string[] settings)
    {
        string[] bucket = kind == StoreKind.Bucket ? await (await SwiftServer.SharedAsync()).CreateBucketAsync() : [];
        return await StartAsync(null, null, [.. bucket, .. settings]);
    }

    public static Task<MediaApp> StartAsync(TimeProvider time, params string[] settings) => StartAsync(null, time, settings);

    /// <param name="folder">A folder of an earlier server; it is not deleted at the end.</param>
    /// <param name="time">Null for the real clock.</param>
    public static async Task<MediaApp> StartAsync(string? folder, TimeProvider? time, params string[] settings)
    {
        var data = folder ?? Directory.CreateTempSubdirectory("ezw-media-").FullName;
        var builder = WebApplication.CreateSlimBuilder();
        var pairs = settings.Prepend($"Ezw:DataFolder={data}").Select(setting => setting.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => (string?)pair[1]);
        builder.Configuration.AddInMemoryCollection(pairs);
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddProblems();
        builder.Services.AddOptions<StorageOptions>().BindConfiguration("Ezw");
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddMedia();
        var app = builder.Build();
        app.UseProblems();
        app.MapMedia();
        await app.StartAsync();
        return new MediaApp(app, data, folder is null);
    }

    public T Part<T>() where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Keeps bytes; answers their name.</summary>
    public async Task<MediaHash> KeepAsync(Guid organizationId, byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        var outcome = await Intake.PutAsync(organizationId, stream, bytes.Length, CancellationToken.None);
        return Assert.IsType<StoreOutcome.Stored>(outcome).Hash;
    }

    /// <summary>A signed URL as a client of this server uses it.</summary>
    public async Task<Uri> SignAsync(Guid organizationId, MediaHash hash, SignedRead read)
    {
        var signed = await Store.SignReadAsync(organizationId, hash, read, CancellationToken.None);
        return new Uri(Http.BaseAddress!, signed!.Url);
    }

    public async Task<byte[]> ReadAsync(Guid organizationId, MediaHash hash)
    {
        var opened = Assert.IsType<OpenOutcome.Opened>(await Store.OpenAsync(organizationId, hash, CancellationToken.None));
        await using var bytes = opened.Bytes;
        using var all = new MemoryStream();
        await bytes.CopyToAsync(all);
        Assert.Equal(opened.SizeBytes, all.Length);
        return all.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
        if (ownsFolder)
            Directory.Delete(Folder, recursive: true);
    }
}
