using System.Text.Json.Nodes;

namespace Ezw.Tests.Support;

/// <summary>The Workspace API as one logged-in person sees it.</summary>
internal sealed class Workspace(TestApp app, Guid organizationId, string email, JsonNode session)
{
    public TestApp App => app;

    public Guid OrganizationId => organizationId;

    public string Email => email;

    public string IdToken { get; } = session["idToken"]!.GetValue<string>();

    public Guid UserId { get; } = session["user"]!["id"]!.GetValue<Guid>();

    /// <summary>The same person, with the same token, at another node.</summary>
    public Workspace On(TestApp other) => new(other, organizationId, email, session);

    public Task<HttpResponseMessage> GetAsync(string path) => app.Http.SendJsonAsync(HttpMethod.Get, path, null, IdToken);

    public Task<HttpResponseMessage> PostAsync(string path, string? json = null) =>
        app.Http.SendJsonAsync(HttpMethod.Post, path, json, IdToken);

    public Task<HttpResponseMessage> PutAsync(string path, string? json = null) =>
        app.Http.SendJsonAsync(HttpMethod.Put, path, json, IdToken);

    public Task<HttpResponseMessage> PatchAsync(string path, string json) => app.Http.SendJsonAsync(HttpMethod.Patch, path, json, IdToken);

    public Task<HttpResponseMessage> DeleteAsync(string path) => app.Http.SendJsonAsync(HttpMethod.Delete, path, null, IdToken);

    /// <summary>A line that was never paired, with a token.</summary>
    public async Task<TestLine> CreateLineAsync(string name = "Support")
    {
        using var created = await PostAsync("/api/lines", $$"""{"displayName":"{{name}}"}""");
        var id = (await created.ShouldBeJsonAsync(201))["id"]!.GetValue<Guid>();
        var line = new TestLine(this, id, app.NewPhone());
        await line.CreateTokenAsync();
        return line;
    }

    /// <summary>A line whose QR code a phone has scanned, connected.</summary>
    public async Task<TestLine> PairLineAsync(string name = "Support")
    {
        var line = await CreateLineAsync(name);
        await line.PairAsync();
        return line;
    }

    /// <summary>A line that its session leaves alone, in a state that is hard to bring about or to hold.</summary>
    public async Task<TestLine> LineInStateAsync(string lifecycleState, bool paused = false, long since = 0)
    {
        var line = await CreateLineAsync();
        await app.AlterAsync($"""
            update line set lifecycle_state = {lifecycleState}, lifecycle_since = {since}, paused_at = {(paused ? 1L : null)}
            where organization_id = {organizationId} and id = {line.Id}
            """);
        return line;
    }
}
