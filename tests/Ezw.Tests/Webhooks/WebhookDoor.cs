using System.Text.Json.Nodes;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks;

/// <summary>The webhooks of a line, asked for by a machine with the line's token or by a person who manages the line.</summary>
internal sealed record WebhookDoor(TestLine Line, bool OfMachines)
{
    public string Path => OfMachines ? "/api/v1/webhooks" : $"{Line.Path}/webhooks";

    public static WebhookDoor[] Both(TestLine line) => [new(line, true), new(line, false)];

    /// <param name="rest">What follows /webhooks.</param>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string rest = "", string? json = null) =>
        Line.Workspace.App.Http.SendJsonAsync(method, Path + rest, json, OfMachines ? Line.Token : Line.Workspace.IdToken);

    /// <summary>A request that must succeed; answers its JSON.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string rest = "", string? json = null, int status = 200)
    {
        using var answer = await SendAsync(method, rest, json);
        return await answer.ShouldBeJsonAsync(status);
    }

    public Task<JsonNode> PutAsync(string json) => AskAsync(HttpMethod.Post, "", json, 201);

    public Task<JsonNode> GetAsync(string rest) => AskAsync(HttpMethod.Get, rest);

    public Task<JsonNode> PatchAsync(string rest, string json) => AskAsync(HttpMethod.Patch, rest, json);

    public async Task<List<JsonNode>> ListAsync() => [.. (await GetAsync(""))["items"]!.AsArray().Select(item => item!)];

    public async Task RefuseAsync(HttpMethod method, string rest, string? json, int status, string code)
    {
        using var refused = await SendAsync(method, rest, json);
        await refused.ShouldRefuseAsync(status, code);
    }

    public async Task DeleteAsync(string rest)
    {
        using var gone = await SendAsync(HttpMethod.Delete, rest);
        Assert.True((int)gone.StatusCode == 204, $"{gone.StatusCode} {await gone.Content.ReadAsStringAsync()}");
    }
}
