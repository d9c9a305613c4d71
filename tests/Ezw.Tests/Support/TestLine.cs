using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>One line, seen by the systems that hold its token and by the phone it is linked to.</summary>
internal sealed class TestLine(Workspace workspace, Guid id, string phone)
{
    private readonly TestApp app = workspace.App;

    public Guid Id => id;

    public string Phone => phone;

    public Workspace Workspace => workspace;

    public string Path => $"/api/lines/{id}";

    /// <summary>The token that was made last.</summary>
    public string Token { get; private set; } = "";

    public async Task<string> CreateTokenAsync(string? json = null)
    {
        using var created = await workspace.PostAsync($"{Path}/api-token", json);
        return Token = (await created.ShouldBeJsonAsync(201))["token"]!.GetValue<string>();
    }

    /// <summary>Offers a QR code, lets the phone scan it, and waits until the line is connected.</summary>
    public async Task PairAsync()
    {
        Assert.True(app.WhatsApp.Scan((await OfferAsync("""{"method":"qr"}"""))["qr"]!.GetValue<string>(), phone));
        await WaitForLifecycleAsync("connected");
    }

    /// <summary>Begins a pairing and answers what there is to scan or to type.</summary>
    public async Task<JsonNode> OfferAsync(string wanted)
    {
        using var begun = await workspace.PostAsync($"{Path}/pairing", wanted);
        Assert.Equal(202, (int)begun.StatusCode);
        return await WaitForPairingAsync("offered");
    }

    public Task<JsonNode> WaitForPairingAsync(string state) => Eventually.BecomesAsync(
        async () => await (await workspace.GetAsync($"{Path}/pairing")).ShouldBeJsonAsync(200),
        pairing => (string?)pairing["state"] == state, $"pairing {state}");

    public async Task<JsonNode> ViewAsync() => await (await workspace.GetAsync(Path)).ShouldBeJsonAsync(200);

    public Task<JsonNode> WaitForLifecycleAsync(string state) =>
        Eventually.BecomesAsync(ViewAsync, line => (string?)line["lifecycleState"] == state, $"line {state}");

    public Task<HttpResponseMessage> HealthAsync(string query = "?wakeup=false&channel_type=web", string? token = null) =>
        app.Http.SendJsonAsync(HttpMethod.Get, $"/api/v1/health{query}", null, token ?? Token);

    /// <summary>Posts to the text route whatever the test likes.</summary>
    public Task<HttpResponseMessage> PostTextAsync(string json, string? key = null, string? token = null) =>
        app.Http.SendJsonAsync(HttpMethod.Post, "/api/v1/messages/text", json, token ?? Token, key);

    /// <summary>Sends a text that must be accepted; answers the 202.</summary>
    public async Task<JsonNode> SendTextAsync(string to, string body, string? key = null)
    {
        using var sent = await PostTextAsync(new JsonObject { ["to"] = to, ["body"] = body }.ToJsonString(), key);
        return await sent.ShouldBeJsonAsync(202);
    }

    public Task<HttpResponseMessage> GetMessageAsync(string messageId, string? token = null) =>
        app.Http.SendJsonAsync(HttpMethod.Get, $"/api/v1/messages/{messageId}", null, token ?? Token);

    public Task<JsonNode> WaitForStatusAsync(string messageId, string status) => Eventually.BecomesAsync(
        async () => await (await GetMessageAsync(messageId)).ShouldBeJsonAsync(200),
        message => (string?)message["status"] == status, $"message {status}");

    /// <summary>Somebody writes to the line; answers once it is stored.</summary>
    public async Task ReceiveAsync(string from, string text)
    {
        var providerId = app.WhatsApp.PersonWrites(from, phone, text);
        await Eventually.BecomesAsync(
            () => app.CountAsync($"select count(*) from message where line_id = {id} and provider_message_id = {providerId}"),
            count => count == 1, $"message {providerId}");
    }

    public Task<long> MessageCountAsync() => app.CountAsync(
        $"select count(*) from message where organization_id = {workspace.OrganizationId} and line_id = {id} and direction = 'out'");
}
