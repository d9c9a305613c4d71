using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Ezw.Benchmarks.Webhooks;

/// <summary>Sends at an even rate, each with its number as text, and notes when each was accepted: then it was durable.</summary>
internal sealed class Trickle(RunningServer server, SeededLine[] lines) : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 })
    {
        BaseAddress = new Uri($"http://{server.Address}"),
    };

    private int next;

    /// <summary>By number: the timestamp of its 202.</summary>
    public async Task<Dictionary<int, long>> RunAsync(double perSecond, TimeSpan duration)
    {
        var clock = TimeProvider.System;
        var started = clock.GetTimestamp();
        var sends = new List<Task<(int Number, long At)>>();
        while (clock.GetElapsedTime(started) is var past && past < duration)
        {
            for (var due = (int)(past.TotalSeconds * perSecond) - sends.Count; due > 0; due--)
                sends.Add(SendAsync(next++));
            await Task.Delay(Tick, clock);
        }
        return (await Task.WhenAll(sends)).ToDictionary(sent => sent.Number, sent => sent.At);
    }

    public void Dispose() => http.Dispose();

    private async Task<(int Number, long At)> SendAsync(int number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages/text")
        {
            Content = JsonContent.Create(new { to = $"+97255{number % 1_000:0000000}", body = $"{number}" }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", lines[number % lines.Length].Token);
        using var answer = await http.SendAsync(request);
        var at = Stopwatch.GetTimestamp();
        answer.EnsureSuccessStatusCode();
        return (number, at);
    }
}
