using System.Text.Json.Nodes;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Ezw.Webhooks;

namespace Ezw.Tests.Webhooks.Logging;

/// <summary>The tests of the log share a server per database, on which another node seems to live.</summary>
[CollectionDefinition(Name)]
public sealed class QuietCollection : ICollectionFixture<QuietApps>
{
    public const string Name = "Webhook log";
}

public sealed class QuietApps : IAsyncDisposable
{
    private readonly Dictionary<DatabaseKind, Lazy<Task<(TestApp App, Workspace Owner)>>> apps = Enum.GetValues<DatabaseKind>()
        .ToDictionary(kind => kind, kind => new Lazy<Task<(TestApp, Workspace)>>(() => StartAsync(kind)));

    /// <summary>The node that owns the lines of quiet webhooks, and does nothing.</summary>
    internal static Guid OtherNode { get; } = Guid.CreateVersion7();

    internal async Task<Workspace> OnAsync(DatabaseKind kind) => (await apps[kind].Value).Owner;

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps.Values.Where(app => app.IsValueCreated && app.Value.IsCompletedSuccessfully))
            await (await app.Value).App.DisposeAsync();
    }

    private static async Task<(TestApp App, Workspace Owner)> StartAsync(DatabaseKind kind)
    {
        var app = await TestApp.StartAsync(kind);
        // On SQLite a server forgets all nodes when it starts, and only then enters itself.
        await Eventually.BecomesAsync(() => app.CountAsync($"select count(*) from node"), nodes => nodes > 0, "the server among the nodes");
        await app.AlterAsync($"insert into node (id, name, started_at, expires_at) values ({OtherNode}, 'other', 0, {long.MaxValue})");
        return (app, await app.CreateOrganizationAsync("Acme"));
    }
}

/// <summary>A webhook of a line that another node owns: nothing becomes of its deliveries but what a test does.</summary>
internal sealed class QuietWebhook
{
    private long made;
    private long places;

    private QuietWebhook(WebhookDoor door, Guid id) => (Door, Id) = (door, id);

    public WebhookDoor Door { get; }

    public Guid Id { get; }

    public string Path => $"/{Id}";

    public Guid OrganizationId => Door.Line.Workspace.OrganizationId;

    public TestApp App => Door.Line.Workspace.App;

    /// <summary>One for each family.</summary>
    public static async Task<List<QuietWebhook>> BothAsync(Workspace owner) =>
        [await MakeAsync(owner, true), await MakeAsync(owner, false)];

    public static async Task<QuietWebhook> MakeAsync(Workspace owner, bool ofMachines = true, bool persistent = true)
    {
        var line = await owner.CreateLineAsync();
        // Under the lock that a claim takes, too: one that is half-way would win otherwise.
        await EventStore.WriteAsync(owner.App.Database, owner.OrganizationId, db => db.ExecuteAsync(
            $"update line_owner set node_id = {QuietApps.OtherNode}, epoch = epoch + 1 where line_id = {line.Id}",
            CancellationToken.None), CancellationToken.None);
        var door = new WebhookDoor(line, ofMachines);
        var made = await door.PutAsync($$"""{"targetUrl":"https://example.com/","persistent":{{(persistent ? "true" : "false")}}}""");
        return new QuietWebhook(door, made["id"]!.GetValue<Guid>());
    }

    /// <summary>A delivery as the relay and the worker would have left it.</summary>
    public async Task<Guid> AddAsync(
        string state, string name = "messages.post", Guid? conversation = null, long attempts = 0, long? finishedAt = null)
    {
        // A later millisecond each time: within one, ids have no order.
        var id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddMilliseconds(++made));
        var body = $$"""{"event":"{{name}}"}""";
        await App.AlterAsync($"""
            insert into delivery (organization_id, webhook_id, id, line_id, conversation_id, event, body, state, attempts, created_at,
                finished_at)
            values ({OrganizationId}, {Id}, {id}, {Door.Line.Id}, {conversation}, {name}, {body}, {state}, {attempts},
                {TimeProvider.System.NowMs()}, {finishedAt})
            """);
        var (accepted, givenUp) = (state == "accepted" ? 1L : 0L, state == "failed" ? 1L : 0L);
        if (state != "canceled")
            await App.AlterAsync($"""
                update webhook_health set queued = queued + 1, accepted = accepted + {accepted}, given_up = given_up + {givenUp}
                where webhook_id = {Id}
                """);
        return id;
    }

    /// <param name="lane">Null for one of its own.</param>
    /// <param name="dueAt">Null behind another one.</param>
    public async Task<Guid> WaitAsync(
        Guid? lane = null, long? dueAt = null, long? heldEpoch = null, long attempts = 0, string name = "messages.post",
        Guid? redelivery = null)
    {
        var id = await AddAsync(DeliveryState.Waiting, name, lane);
        await App.AlterAsync($"""
            insert into delivery_queue (organization_id, webhook_id, delivery_id, line_id, lane_id, place, due_at, held_epoch, attempts,
                tries, once, redelivery_id)
            values ({OrganizationId}, {Id}, {id}, {Door.Line.Id}, {lane ?? id}, {++places}, {dueAt}, {heldEpoch}, {attempts}, {attempts}, 0,
                {redelivery})
            """);
        return id;
    }

    /// <summary>A delivery that was given up.</summary>
    public async Task<Guid> FailAsync(
        long parkedAt, string name = "messages.post", Guid? conversation = null, long attempts = 10, Guid? redelivery = null)
    {
        var id = await AddAsync(DeliveryState.Failed, name, conversation, attempts, parkedAt);
        await App.AlterAsync($"""
            insert into delivery_queue (organization_id, webhook_id, delivery_id, line_id, lane_id, place, due_at, attempts, tries, once,
                redelivery_id, parked_at)
            values ({OrganizationId}, {Id}, {id}, {Door.Line.Id}, {conversation ?? id}, {++places}, null, {attempts}, {attempts}, 0,
                {redelivery}, {parkedAt})
            """);
        return id;
    }

    public Task<long> EpochAsync() => App.CountAsync($"select epoch from line_owner where line_id = {Door.Line.Id}");

    public async Task<JsonNode> HealthAsync() => (await Door.GetAsync(Path))["health"]!;

    public async Task<JsonNode> DeliveryAsync(Guid id) => (await Door.GetAsync($"{Path}/deliveries/{id}"))["delivery"]!;

    /// <summary>The row of the queue in words; null when there is none.</summary>
    public async Task<string?> QueuedAsync(Guid id)
    {
        await using var db = await App.Database.ReadAsync(CancellationToken.None);
        return (await db.QueryAsync($"""
            select lane_id, place, due_at, held_epoch, attempts, tries, once, redelivery_id, parked_at from delivery_queue
            where organization_id = {OrganizationId} and webhook_id = {Id} and delivery_id = {id}
            """, row => $"lane {(row.Uuid(0) == id ? "own" : "shared")} place {row.GetInt64(1)} due {Show(row.NumberOrNull(2))} "
                + $"held {Show(row.NumberOrNull(3))} attempts {row.GetInt64(4)} tries {row.GetInt64(5)} once {row.GetInt64(6)} "
                + $"of {Show(row.UuidOrNull(7))} parked {Show(row.NumberOrNull(8))}", CancellationToken.None)).SingleOrDefault();

        static string Show(object? value) => value is null ? "-" : $"{value}";
    }
}
