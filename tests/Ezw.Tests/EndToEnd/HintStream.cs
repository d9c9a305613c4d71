using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Ezw.Tests.EndToEnd;

/// <param name="Name">Null when only the place moved.</param>
internal sealed record Hint(string? Name, string? Id, JsonNode Data);

/// <summary>GET /api/live/stream over a socket of its own, which can be cut in the middle of anything.</summary>
internal sealed class HintStream : IAsyncDisposable
{
    private readonly HttpClient http;
    private Socket? socket;
    private StreamReader? lines;

    private HintStream() => http = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync });

    /// <param name="after">The last id that was heard; null for a beginning.</param>
    public static async Task<HintStream> OpenAsync(Uri server, string idToken, string? after)
    {
        var stream = new HintStream();
        try
        {
            await stream.AskAsync(server, idToken, after);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>The next hint that arrived whole; null at the end.</summary>
    public async Task<Hint?> NextAsync()
    {
        var (name, id, data) = ((string?)null, (string?)null, "{}");
        while (await lines!.ReadLineAsync() is { } line)
        {
            if (line.Length == 0 && (name ?? id) is not null)
                return new Hint(name, id, JsonNode.Parse(data)!);
            var field = line.Split(": ", 2);
            (name, id, data) = field switch
            {
                ["event", var value] => (value, id, data),
                ["id", var value] => (name, value, data),
                ["data", var value] => (name, id, value),
                _ => (name, id, data),
            };
        }

        return null;
    }

    /// <summary>As a network that goes away: without a word to the other side.</summary>
    public ValueTask DisposeAsync()
    {
        socket?.Dispose();
        lines?.Dispose();
        http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AskAsync(Uri server, string idToken, string? after)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server, "/api/live/stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", idToken);
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}
