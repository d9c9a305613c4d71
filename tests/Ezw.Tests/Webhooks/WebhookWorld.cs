using System.Text.Json.Nodes;
using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Ezw.Tests.Webhooks;

/// <summary>A server that may call receivers on this machine, a linked line, and somebody who writes to it.</summary>
internal sealed class WebhookWorld : IAsyncDisposable
{
    private readonly Dictionary<Guid, string> secrets = [];

    private WebhookWorld(TestApp app, Workspace acme, TestLine line) => (App, Acme, Line) = (app, acme, line);

    public TestApp App { get; }

    public Workspace Acme { get; }

    public TestLine Line { get; }

    public string Ana { get; } = "+972541111111";

    /// <param name="time">The server's clock; null for the real one.</param>
    /// <param name="ports">Those of the receivers.</param>
    /// <param name="settings">Further ones, the last word on each.</param>
    public static async Task<WebhookWorld> StartAsync(
        DatabaseKind kind, TimeProvider? time, IEnumerable<int> ports, params string[] settings) =>
        await InAsync(await TestApp.StartAsync(kind, time, [.. Open(ports), .. settings]));

    /// <param name="names">What the server's resolver says.</param>
    public static async Task<WebhookWorld> StartAsync(DatabaseKind kind, Receiver receiver, NameLookup names, params string[] settings) =>
        await InAsync(await TestApp.StartWithAsync(kind, parts => parts.AddSingleton(names), [.. Open([receiver.Port]), .. settings]));

    public static Task<WebhookWorld> StartAsync(DatabaseKind kind, Receiver receiver, params string[] settings) =>
        StartAsync(kind, null, [receiver.Port], settings);

    private static string[] Open(IEnumerable<int> ports) =>
        ["Ezw:Outbound:AllowCidrs=127.0.0.1/32", $"Ezw:Outbound:AllowPorts={string.Join(',', ports)}"];

    private static async Task<WebhookWorld> InAsync(TestApp app)
    {
        var acme = await app.CreateOrganizationAsync("Acme");
        return new WebhookWorld(app, acme, await acme.PairLineAsync());
    }

    /// <summary>Creates a webhook that must be accepted.</summary>
    /// <param name="more">Further members of the body.</param>
    public async Task<TestWebhook> HookAsync(string url, string more = "", TestLine? line = null)
    {
        line ??= Line;
        using var made = await Acme.PostAsync($"{line.Path}/webhooks", $$"""{"targetUrl":"{{url}}"{{more}}}""");
        var view = await made.ShouldBeJsonAsync(201);
        return new TestWebhook(this, line, (Guid)view["id"]!, (string)view["secret"]!);
    }

    /// <summary>Somebody writes; answers once it is stored.</summary>
    public Task WritesAsync(string text, string? from = null) => Line.ReceiveAsync(from ?? Ana, text);

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

/// <summary>A webhook as its owner sees it.</summary>
internal sealed class TestWebhook(WebhookWorld world, TestLine line, Guid id, string secret)
{
    public Guid Id => id;

    public string Secret => secret;

    public string Path => $"{line.Path}/webhooks/{id}";

    public async Task<JsonNode> ViewAsync() => await (await world.Acme.GetAsync(Path)).ShouldBeJsonAsync(200);

    public async Task<JsonNode> ChangeAsync(string json) => await (await world.Acme.PatchAsync(Path, json)).ShouldBeJsonAsync(200);

    public async Task<JsonArray> DeliveriesAsync(string query = "") =>
        (await (await world.Acme.GetAsync($"{Path}/deliveries?limit=100{query}")).ShouldBeJsonAsync(200))["items"]!.AsArray();

    public async Task<JsonNode> DeliveryAsync(Guid delivery) =>
        await (await world.Acme.GetAsync($"{Path}/deliveries/{delivery}")).ShouldBeJsonAsync(200);

    public Task<JsonNode> DeliveryInAsync(Guid delivery, string state) => Eventually.BecomesAsync(
        () => DeliveryAsync(delivery), found => (string?)found["delivery"]!["state"] == state, $"delivery {state}");

    public Task<JsonNode> HealthInAsync(string state) => Eventually.BecomesAsync(
        ViewAsync, view => (string?)view["health"]!["state"] == state, $"webhook {state}");

    /// <summary>Attempts that the log tells of, all deliveries together.</summary>
    public Task<long> AttemptsAsync() => world.App.CountAsync($"""
        select count(*) from delivery_attempt a join delivery d on d.organization_id = a.organization_id and d.id = a.delivery_id
        where d.webhook_id = {id}
        """);

    public Task<long> AttemptsReachAsync(long count) =>
        Eventually.BecomesAsync(AttemptsAsync, made => made >= count, $"{count} attempts");
}
