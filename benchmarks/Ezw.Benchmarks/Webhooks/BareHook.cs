using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>
/// The receiver of both contenders, in a process of its own: reads the body, answers 200. It counts calls, or on the timed path notes which
/// message came when. Timestamps of the machine's monotonic clock mean the same in every process.
/// </summary>
internal sealed class BareHook
{
    public const string Verb = "bare-hook";
    public const string CountedPath = "/counted";
    public const string TimedPath = "/timed";

    private readonly ConcurrentQueue<(string Hook, string Text, long At)> noted = new();
    private long count;
    private long first;
    private long last;

    public static async Task RunAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var app = builder.Build();
        var hook = new BareHook();
        app.MapGet("/count", () => $"{Volatile.Read(ref hook.count)} {Volatile.Read(ref hook.first)} {Volatile.Read(ref hook.last)}");
        app.MapDelete("/count", () => (hook.count, hook.first, hook.last) = (0, 0, 0));
        app.MapGet("/noted", () => string.Join('\n', hook.Take().Select(note => $"{note.Hook} {note.Text} {note.At}")));
        app.MapPost(TimedPath + "/{name}", hook.NoteAsync);
        app.MapPost(CountedPath, hook.CountAsync);
        await app.RunAsync(url);
    }

    private async Task CountAsync(HttpContext http)
    {
        await http.Request.BodyReader.CopyToAsync(Stream.Null);
        var now = Stopwatch.GetTimestamp();
        if (Interlocked.Increment(ref count) == 1)
            first = now;
        last = now;
    }

    private async Task NoteAsync(HttpContext http, string name)
    {
        using var body = await JsonDocument.ParseAsync(http.Request.Body);
        var text = body.RootElement.GetProperty("messages")[0].GetProperty("body").GetString()!;
        noted.Enqueue((name, text, Stopwatch.GetTimestamp()));
    }

    private IEnumerable<(string Hook, string Text, long At)> Take()
    {
        while (noted.TryDequeue(out var note))
            yield return note;
    }
}
