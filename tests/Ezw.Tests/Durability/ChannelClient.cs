using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Ezw.Client;
using Ezw.Demo;

namespace Ezw.Tests.Durability;

/// <summary>A customer's program: it logs in once, and its line token outlives every restart of the server.</summary>
internal sealed class ChannelClient : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(5) })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    private string lineToken = "";

    /// <summary>Where the server is now; null while there is none.</summary>
    public Uri? Server { get; set; }

    public string IdToken { get; private set; } = "";

    public Guid LineId { get; private set; }

    public Guid OrganizationId { get; private set; }

    public static async Task<ChannelClient> LogInAsync(Uri server)
    {
        var client = new ChannelClient { Server = server };
        var login = await client.http.PostAsJsonAsync(
            new Uri(server, "/api/auth/login"), new LoginRequest(DemoWorkspace.OwnerEmail, DemoWorkspace.OwnerPassword));
        client.IdToken = (await login.Content.ReadFromJsonAsync<Session>())!.IdToken;
        client.OrganizationId = (await client.AskAsync<Me>(HttpMethod.Get, "/api/auth/me")).OrganizationId;
        await client.SpeakForAsync((await client.AskAsync<Page<LineView>>(HttpMethod.Get, "/api/lines")).Items[0].Id);
        return client;
    }

    /// <summary>From here on it holds the token of this line.</summary>
    public async Task SpeakForAsync(Guid lineId)
    {
        LineId = lineId;
        lineToken = (await AskAsync<LineTokenCreated>(HttpMethod.Post, $"/api/lines/{lineId}/api-token")).Token;
    }

    public async Task<Guid> CreateLineAsync(string name, string? provider = null) =>
        (await AskAsync<LineView>(HttpMethod.Post, "/api/lines", new NewLine(name, provider))).Id;

    public async Task<string> LifecycleAsync(Guid lineId) =>
        (await AskAsync<LineView>(HttpMethod.Get, $"/api/lines/{lineId}")).LifecycleState;

    public Task PairByCodeAsync(Guid lineId, string phoneNumber) =>
        AskAsync<object?>(HttpMethod.Post, $"/api/lines/{lineId}/pairing", new NewPairing("code", phoneNumber));

    /// <summary>Asks for a QR code and shows it.</summary>
    public async Task<string> OfferAsync(Guid lineId)
    {
        await AskAsync<object?>(HttpMethod.Post, $"/api/lines/{lineId}/pairing", new NewPairing("qr", null));
        PairingView? offer = null;
        await Until.TrueAsync("a QR code is offered", TimeSpan.FromSeconds(20), async () =>
            (offer = await AskAsync<PairingView>(HttpMethod.Get, $"/api/lines/{lineId}/pairing")).Qr is not null);
        return offer!.Qr!;
    }

    /// <summary>A webhook of the line, for all events.</summary>
    public async Task<Guid> CreateWebhookAsync(string url) => (await AskAsync<WebhookView>(
        HttpMethod.Post, $"/api/lines/{LineId}/webhooks", new WorkspaceWebhook(url))).Id;

    public Task<RedeliveryView> RedeliverAsync(Guid webhookId, DateTimeOffset since) => AskAsync<RedeliveryView>(
        HttpMethod.Post, $"/api/lines/{LineId}/webhooks/{webhookId}/redeliveries", new NewRedelivery(since));

    public Task<RedeliveryView> RedeliveryAsync(RedeliveryView of) =>
        AskAsync<RedeliveryView>(HttpMethod.Get, $"/api/lines/{LineId}/webhooks/{of.WebhookId}/redeliveries/{of.Id}");

    public Task ArchiveAsync(Guid lineId) => AskAsync<object?>(HttpMethod.Delete, $"/api/lines/{lineId}");

    /// <summary>One request to send a text.</summary>
    /// <returns>The status and the body as it came; no status when the connection broke or nobody listens.</returns>
    public async Task<(HttpStatusCode? Status, string Body, HttpResponseHeaders? Headers)> SendAsync(string to, string body, string key)
    {
        if (Server is not { } server)
        {
            return (null, "", null);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/api/v1/messages/text"))
        {
            Content = JsonContent.Create(new { to, body }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", lineToken);
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var answer = await http.SendAsync(request);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or OperationCanceledException)
        {
            return (null, broken.Message, null);
        }
    }

    /// <param name="address">A signed URL, or a path of the Channel API that leads to one.</param>
    public async Task<byte[]> DownloadAsync(string address)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Server!, address));
        if (address.StartsWith('/'))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", lineToken);
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{address}: {(int)answer.StatusCode}");
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>A request of the Workspace API, or with the line's token of the Channel API, that must succeed.</summary>
    public async Task<T> AskAsync<T>(HttpMethod method, string path, object? content = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Server!, path));
        request.Content = content as HttpContent ?? (content is null ? null : JsonContent.Create(content));
        var ofMachines = path.StartsWith("/api/v1/", StringComparison.Ordinal);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ofMachines ? lineToken : IdToken);
        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return (await answer.Content.ReadAsStringAsync()).Length == 0 ? default! : (await answer.Content.ReadFromJsonAsync<T>())!;
    }

    public void Dispose() => http.Dispose();
}
