using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Ezw.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ezw.Tests.Webhooks;

/// <summary>A customer's web server with one endpoint, which keeps every call and answers as it is told.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly ConcurrentQueue<Call> calls = new();
    private readonly TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Receiver(WebApplication server) => this.server = server;

    /// <summary>What is answered; 200 unless told otherwise.</summary>
    public Func<Call, HttpContext, Task> Answers { get; set; } = (_, _) => Task.CompletedTask;

    public int Port => new Uri(server.Urls.First()).Port;

    public string Url => $"http://127.0.0.1:{Port}/hook";

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<Call> Calls => [.. calls];

    /// <summary>Those that were answered with a 2xx.</summary>
    public IReadOnlyList<Call> Accepted => [.. calls.Where(call => call.Status is >= 200 and < 300)];

    public static async Task<Receiver> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var receiver = new Receiver(app);
        app.MapPost("/{**path}", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Takes the call and never says a word, unless it is let go.</summary>
    public void StaySilent() => Answers = (_, http) => letGo.Task.WaitAsync(http.RequestAborted);

    /// <summary>Accepts what it was silent to.</summary>
    public void LetGo() => letGo.TrySetResult();

    public static Task Silence(HttpContext http) => new TaskCompletionSource().Task.WaitAsync(http.RequestAborted);

    public void AnswerWith(params int[] statuses)
    {
        var next = -1;
        Answers = (_, http) =>
        {
            http.Response.StatusCode = statuses[Math.Min(Interlocked.Increment(ref next), statuses.Length - 1)];
            return Task.CompletedTask;
        };
    }

    /// <summary>Waits until so many calls came, answered or not.</summary>
    public Task ReceivesCallsAsync(int count) =>
        Eventually.BecomesAsync(() => Task.FromResult(calls.Count), found => found >= count, $"{count} calls");

    /// <summary>Waits until so many calls were answered.</summary>
    public Task<IReadOnlyList<Call>> ReceivesAsync(int count, string? happened = null) => Eventually.BecomesAsync(
        () => Task.FromResult<IReadOnlyList<Call>>(
            [.. calls.Where(call => call.Status is not null && (happened is null || call.Event == happened))]),
        found => found.Count >= count, $"{count} calls of {happened ?? "any event"}");

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync(new CancellationToken(canceled: true));
        await server.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var call = new Call(
            http.Request.Path, http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            body.ToArray());
        calls.Enqueue(call);
        await Answers(call, http);
        call.Status = http.Response.StatusCode;
    }
}

/// <param name="Body">The bytes as they came.</param>
internal sealed record Call(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>What was answered; null while it was not.</summary>
    public int? Status { get; set; }

    public string Event => Headers["X-EZW-Webhook-Event"];

    public Guid DeliveryId => Guid.Parse(Headers["X-EZW-Delivery-Id"]);

    public int Attempt => int.Parse(Headers["X-EZW-Attempt"], System.Globalization.CultureInfo.InvariantCulture);

    public JsonNode Json => JsonNode.Parse(Encoding.UTF8.GetString(Body))!;

    /// <summary>The text of the first message.</summary>
    public string? Text => (string?)Json["messages"]?[0]?["body"];
}
