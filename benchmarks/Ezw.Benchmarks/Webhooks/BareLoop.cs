using System.Net.Http.Headers;
using Ezw.Webhooks.Delivering;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>What HttpClient itself can do: signed posts as fast as they are answered. No queue, no order, no record, no guard.</summary>
internal static class BareLoop
{
    private static readonly byte[] Key = new byte[32];

    public static async Task<double> MeasureAsync(Uri target, byte[] body, int atOnce, TimeSpan duration)
    {
        using var http = new HttpMessageInvoker(new SocketsHttpHandler { MaxConnectionsPerServer = atOnce, UseProxy = false });
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var posted = await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            var count = 0;
            for (; clock.GetElapsedTime(started) < duration; count++)
                await PostAsync(http, target, body, clock);
            return count;
        })));
        return posted.Sum() / clock.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task PostAsync(HttpMessageInvoker http, Uri target, byte[] body, TimeProvider clock)
    {
        var (id, now) = (Guid.CreateVersion7().ToString(), clock.GetUtcNow().ToUnixTimeSeconds());
        using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", $"{now}");
        request.Headers.TryAddWithoutValidation("webhook-signature", Signature.Of([Key], id, now, body));
        using var response = await http.SendAsync(request, default);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync();
    }
}
