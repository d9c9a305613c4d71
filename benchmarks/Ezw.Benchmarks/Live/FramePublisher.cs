using System.Text;
using Ezw.Foundation.Storage;

namespace Ezw.Benchmarks.Live;

/// <summary>Posts what the product would have shown, as long and as shaped, to a server that hands it to everybody.</summary>
/// <param name="whole">The frame with its id and event name; else its data alone, to which the server adds them.</param>
internal sealed class FramePublisher(Uri address, bool whole, int subscribers) : IPublisher
{
    private readonly HttpClient http = new(new SocketsHttpHandler());
    private readonly string id = Guid.CreateVersion7().ToString();
    private List<Published> published = [];
    private long position;

    public async Task PublishAsync()
    {
        var number = ++position;
        published.Add(new Published(number, TimeProvider.System.NowMs(), subscribers));
        var data = $$"""
            {"kind":"message.queued","position":{{number}},"lineId":"{{id}}","conversationId":"{{id}}","subjectId":"{{id}}"}
            """;
        using var request = new HttpRequestMessage(HttpMethod.Post, address);
        request.Headers.Add("X-EventSource-Event", "change");
        var content = whole ? $"id: {number:D32}\nevent: change\ndata: {data}\n\n" : data;
        request.Content = new StringContent(content, Encoding.UTF8, "text/plain");
        using var answer = await http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
    }

    public Task<List<Published>> TakeAsync()
    {
        (var taken, published) = (published, []);
        return Task.FromResult(taken);
    }

    public void Dispose() => http.Dispose();
}
