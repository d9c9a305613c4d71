using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Ezw.Tests.Support;

/// <param name="Name">"comment" for what a browser would not see.</param>
/// <param name="Id">Only when this event carried one.</param>
internal sealed record LiveEvent(string Name, string? Id, string Data)
{
    public JsonNode Json => JsonNode.Parse(Data)!;

    public long Position => Json["position"]!.GetValue<long>();

    public string? Kind => (string?)Json["kind"];
}

/// <summary>Reads server-sent events as a browser would: field by field, and remembers the last id.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage response;
    private readonly CancellationTokenSource cutting = new();
    private readonly Channel<LiveEvent> events = Channel.CreateUnbounded<LiveEvent>();
    private readonly Task reading;
    private readonly HttpClient? own;
    private readonly StringBuilder raw = new();

    private LiveReader(HttpResponseMessage response, string? after, HttpClient? own)
    {
        (this.response, LastId, this.own) = (response, after, own);
        reading = ReadAsync();
    }

    /// <summary>What a browser would send when it reconnects.</summary>
    public string? LastId { get; private set; }

    public HttpResponseMessage Response => response;

    /// <summary>Everything that the server sent, for looking for what must not be there.</summary>
    public string Raw => raw.ToString();

    /// <summary>Opens a stream that must be accepted, and waits until it stands.</summary>
    public static async Task<LiveReader> OpenAsync(Workspace person, string? lastEventId = null, string query = "")
    {
        var response = await SendAsync(person.App.Http, person.IdToken, lastEventId, query);
        Assert.True((int)response.StatusCode == 200, $"{response.StatusCode} {await FailureAsync(response)}");
        var reader = new LiveReader(response, lastEventId, null);
        var first = await reader.NextAsync();
        Assert.True(first.Name is "ready" or "reset", $"{first}");
        return reader;
    }

    /// <summary>Reads an answer that somebody else asked for; the client goes with the reader.</summary>
    public static LiveReader Of(HttpResponseMessage response, HttpClient? own = null) => new(response, null, own);

    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient http, string? token, string? lastEventId = null, string query = "", string? organization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/live/stream{query}");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        if (organization is not null)
            request.Headers.TryAddWithoutValidation("X-EZW-Organization", organization);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>The next event of any name.</summary>
    public async Task<LiveEvent> NextAsync() => await events.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>The next event of this name; others are passed over.</summary>
    public async Task<LiveEvent> NextAsync(string name)
    {
        while (true)
        {
            var next = await NextAsync();
            if (next.Name == name)
                return next;
        }
    }

    /// <summary>The next change that is about this.</summary>
    public async Task<LiveEvent> NextAboutAsync(Guid subjectId)
    {
        while (true)
        {
            var next = await NextAsync("change");
            if ((Guid?)next.Json["subjectId"] == subjectId)
                return next;
        }
    }

    /// <summary>What comes until the server ends the stream.</summary>
    public async Task<List<LiveEvent>> RestAsync()
    {
        var rest = new List<LiveEvent>();
        await foreach (var next in events.Reader.ReadAllAsync())
            rest.Add(next);
        return rest;
    }

    /// <summary>Events that have arrived already.</summary>
    public IEnumerable<LiveEvent> Arrived()
    {
        while (events.Reader.TryRead(out var next))
            yield return next;
    }

    /// <summary>Cuts the connection as a network would.</summary>
    public async ValueTask DisposeAsync()
    {
        await cutting.CancelAsync();
        response.Dispose();
        await reading;
        own?.Dispose();
        cutting.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cutting.Token));
            var (name, id, data, comment) = ("message", (string?)null, (string?)null, false);
            while (await lines.ReadLineAsync(cutting.Token) is { } line)
            {
                raw.Append(line).Append('\n');
                var field = line.Split(": ", 2);
                switch (field[0])
                {
                    case "event":
                        name = field[1];
                        break;
                    case "id":
                        id = field[1];
                        break;
                    case "data":
                        data = field[1];
                        break;
                    case ":":
                        comment = true;
                        break;
                    case "":
                        LastId = id ?? LastId;
                        if (data is not null || comment)
                            events.Writer.TryWrite(new LiveEvent(comment ? "comment" : name, id, data ?? "{}"));
                        (name, id, data, comment) = ("message", null, null, false);
                        break;
                }
            }
        }
        catch (Exception cut) when (cut is OperationCanceledException or IOException or HttpRequestException or ObjectDisposedException)
        {
            // What arrived, arrived.
        }
        events.Writer.Complete();
    }

    private static async Task<string> FailureAsync(HttpResponseMessage response) =>
        (int)response.StatusCode == 200 ? "" : await response.Content.ReadAsStringAsync();
}
