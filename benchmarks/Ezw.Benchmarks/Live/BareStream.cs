using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ezw.Benchmarks.Live;

/// <summary>
/// What Kestrel itself can do: whatever is posted goes to everybody who listens, from one loop. No token, no filter, no log, no resuming.
/// </summary>
internal sealed class BareStream
{
    public const string Verb = "bare-stream";
    public const string StreamPath = "/stream";
    public const string PublishPath = "/publish";

    private readonly ConcurrentDictionary<PipeWriter, bool> writers = new();
    private readonly Channel<byte[]> news = Channel.CreateUnbounded<byte[]>();

    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        var stream = new BareStream();
        app.MapGet(StreamPath, stream.FollowAsync);
        app.MapPost(PublishPath, stream.PublishAsync);
        await Task.WhenAll(app.RunAsync(url), stream.BroadcastAsync());
    }

    private async Task FollowAsync(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        await http.Response.BodyWriter.WriteAsync(":\n\n"u8.ToArray());
        var gone = new TaskCompletionSource();
        await using var leaving = http.RequestAborted.Register(gone.SetResult);
        writers[http.Response.BodyWriter] = true;
        await gone.Task;
        writers.TryRemove(http.Response.BodyWriter, out _);
    }

    private async Task PublishAsync(HttpContext http)
    {
        using var frame = new MemoryStream();
        await http.Request.Body.CopyToAsync(frame);
        await news.Writer.WriteAsync(frame.ToArray());
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private async Task BroadcastAsync()
    {
        await foreach (var frame in news.Reader.ReadAllAsync())
        {
            foreach (var (writer, _) in writers)
                await writer.WriteAsync(frame);
        }
    }
}
