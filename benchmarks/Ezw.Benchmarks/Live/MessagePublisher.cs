using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Ezw.Benchmarks.Accept;
using Ezw.Client;
using Ezw.Foundation.Events;

namespace Ezw.Benchmarks.Live;

/// <summary>
/// Sends messages through the product's API: each that is accepted is an event of its line, in the same commit. The time of an event is
/// the one that stands in the log, which is taken before the commit.
/// </summary>
/// <param name="owner">The ID token of somebody who sees everything.</param>
internal sealed class MessagePublisher(Uri server, string owner, SeededLine[] lines, LiveTeam team) : IPublisher
{
    private readonly HttpClient http = new(new SocketsHttpHandler()) { BaseAddress = server };
    private string? cursor;
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
        var published = new List<Published>();
        ChangePage page;
        do
        {
            page = await ReadAsync();
            cursor = page.NextCursor;
            published.AddRange(page.Items.Select(one => new Published(
                one.Position, one.At.ToUnixTimeMilliseconds(), team.AudienceOf(Logged(one)))));
        } while (page.HasMore);
        return published;
    }

    public void Dispose() => http.Dispose();

    private static LoggedEvent Logged(Change one) => new(
        one.Position, one.Kind, one.LineId, one.ConversationId, one.SubjectId, one.Detail, one.At.ToUnixTimeMilliseconds());

    /// <summary>Without a cursor: where the log ends.</summary>
    private async Task<ChangePage> ReadAsync()
    {
        var path = cursor is null ? "/api/changes" : $"/api/changes?limit=500&after={cursor}";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", owner);
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<ChangePage>())!;
    }
}
