using System.Net.Http.Headers;
using System.Text;
using Ezw.Benchmarks.Accept;

namespace Ezw.Benchmarks.Live;

/// <summary>
/// Sends messages through the product's API: each that is accepted is an event of its line, in the same commit. The time of an event is
/// the one that stands in the log, which is taken before the commit.
/// </summary>
internal sealed class MessagePublisher(Uri server, Seed seed, SeededLine[] lines, LiveTeam team) : IPublisher
{
    private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = server };
    private long position;
    private int sent;

    /// <summary>A first message opens a conversation, which is an event too; none is left for later.</summary>
    public async Task WarmUpAsync()
    {
        for (var i = 0; i < lines.Length; i++)
            await PublishAsync();
        await TakeAsync();
    }

    public async Task PublishAsync()
    {
        var number = Interlocked.Increment(ref sent);
        var line = lines[number % lines.Length];
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/messages/text");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", line.Token);
        request.Headers.Add("Idempotency-Key", $"live-{number}");
        request.Content = new StringContent(
            $$"""{"to":"+972501234567","body":"{{PreparedRequest.Body}}","line":"{{line.Id}}"}""", Encoding.UTF8, "application/json");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public async Task<List<Published>> TakeAsync()
    {
        var logged = await seed.EventsAsync(position);
        position = logged.Count == 0 ? position : logged[^1].Position;
        return [.. logged.Select(one => new Published(one.Position, one.At, team.AudienceOf(one)))];
    }

    public void Dispose() => http.Dispose();
}
