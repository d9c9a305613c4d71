using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>The WhatsApp server of tests/node/wire in a process of its own, driven through its admin door. It ends with this process.</summary>
internal sealed class WireServer : IAsyncDisposable
{
    private const string Main = "tests/node/wire/main.mjs";

    /// <summary>The server itself waits at most ten seconds for what is asked of it.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly HttpClient http;

    private WireServer(Process process, JsonNode ready)
    {
        this.process = process;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = new Uri((string)ready["admin"]! + "/"), Timeout = Limit,
        };
        (Url, Media, Authority) = ((string)ready["url"]!, (string)ready["media"]!, (string)ready["authority"]!);
    }

    public static bool IsAvailable =>
        NodeScript.HasNode && File.Exists(RepositoryRoot.Of("tests/node/node_modules/baileys/package.json"));

    /// <summary>Where clients connect.</summary>
    public string Url { get; }

    /// <summary>Host and port of the media host.</summary>
    public string Media { get; }

    /// <summary>File with the certificate authority of the media host.</summary>
    public string Authority { get; }

    public static async Task<WireServer> StartAsync()
    {
        var start = new ProcessStartInfo("node", [RepositoryRoot.Of(Main)])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, StandardOutputEncoding = Encoding.UTF8,
        };
        var process = Process.Start(start)!;
        var ready = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        return new WireServer(process, JsonNode.Parse(ready ?? throw new InvalidOperationException("The wire server did not start."))!);
    }

    public async Task<JsonNode> PostAsync(string path, JsonObject? body = null)
    {
        using var answer = await http.PostAsync(path, Content(body));
        return await ReadAsync(answer);
    }

    /// <returns>Null when the server refuses, e.g. a code that nobody shows.</returns>
    public async Task<JsonNode?> TryPostAsync(string path, JsonObject body)
    {
        using var answer = await http.PostAsync(path, Content(body));
        return answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict ? null : await ReadAsync(answer);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await http.GetAsync(path);
        return await ReadAsync(answer);
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await http.DeleteAsync(path);
        await ReadAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Limit);
        process.Dispose();
    }

    private static StringContent Content(JsonObject? body) => new((body ?? []).ToJsonString(), Encoding.UTF8, "application/json");

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{answer.RequestMessage?.RequestUri}: {text}");
        return JsonNode.Parse(text)!;
    }
}
