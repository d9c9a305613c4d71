using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.History;
using Ezw.Lines;
using Ezw.Messaging;
using Ezw.Messaging.Arriving;
using Ezw.Messaging.Contacts;
using Ezw.Messaging.Conversations;
using Ezw.Messaging.Sending;
using Ezw.Providers;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Ezw.Tests.Support;

/// <summary>A migrated database with a running commit queue, one organization and one connected line: what storage contracts need.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ezw-store-").FullName;

    private TestStore(string connectionString, FakeTimeProvider? clock)
    {
        Clock = clock ?? new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        Database = new Database(Options.Create(new StorageOptions { DataFolder = folder, Database = connectionString }));
        Commits = new CommitQueue(Database, Clock, NullLogger<CommitQueue>.Instance);
    }

    public FakeTimeProvider Clock { get; }

    public Database Database { get; }

    public CommitQueue Commits { get; }

    public Guid Organization { get; private set; }

    public LineKey Line { get; private set; }

    public Guid Token { get; private set; }

    public Acceptances Acceptances { get; } = new(Options.Create(new LineOptions()), Options.Create(new MessagingOptions()));

    public static async Task<TestStore> StartAsync(DatabaseKind kind, FakeTimeProvider? clock = null)
    {
        var connection = kind == DatabaseKind.Postgres ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : "";
        var store = new TestStore(connection, clock);
        await Migrator.MigrateAsync(store.Database, store.Clock, default);
        await store.Commits.StartAsync(default);
        store.Organization = await store.AddOrganizationAsync();
        store.Line = await store.AddLineAsync(store.Organization);
        store.Token = await store.AddTokenAsync(store.Line);
        return store;
    }

    public async Task<Guid> AddOrganizationAsync()
    {
        var id = Ids.New(Clock);
        await Database.WriteAsync(async db =>
        {
            await db.ExecuteAsync($"insert into organization (id, name, created_at) values ({id}, 'Test', 0)", default);
            await EventStore.OpenAsync(db, id, default);
            await StageStore.OpenAsync(db, id, Clock, default);
        }, default);
        return id;
    }

    public async Task<LineKey> AddLineAsync(Guid organization, string state = "connected")
    {
        var id = Ids.New(Clock);
        await Database.WriteAsync(async db =>
        {
            await db.ExecuteAsync($"""
                insert into line (organization_id, id, display_name, provider, desired_state, lifecycle_state, lifecycle_reason,
                    lifecycle_since, version, created_at)
                values ({organization}, {id}, 'Support', 'simulator', 'running', {state}, '', 0, 1, 0)
                """, default);
            await LineOwnerStore.OpenAsync(db, organization, id, default);
        }, default);
        return new LineKey(organization, id, 0);
    }

    public async Task<Guid> AddTokenAsync(LineKey line)
    {
        var token = new LineToken
        {
            OrganizationId = line.OrganizationId, Id = Ids.New(Clock), LineId = line.LineId, TokenHash = LineToken.Hash(LineToken.Mint()),
            TokenPrefix = "ezw_line_test", CreatedBy = Ids.New(Clock), CreatedAt = 0,
        };
        await LineTokenStore.RotateAsync(Database, token, 0, default);
        return token.Id;
    }

    /// <summary>Accepts a text as the Channel API would.</summary>
    public Task<AcceptOutcome> SendAsync(string to, string body, string? key = null, LineKey? line = null, Guid? conversation = null)
    {
        var request = new SendRequest(conversation is null ? to : null, conversation, body, null, null, null, 0);
        var on = line ?? Line;
        return Commits.CommitAsync(Acceptances, new Acceptance(
            on.OrganizationId, on.LineId, null, "channel", key, key is null ? null : request.Fingerprint(), request, "channel_api", null,
            Ids.New(Clock), ProviderMessageId.Mint(), conversation, Ids.New(Clock), Ids.New(Clock), Ids.New(Clock),
            Clock.NowMs()), default);
    }

    /// <summary>The line's link reports; all of it is stored when this completes.</summary>
    public async Task HearAsync(params LineEvent[] events)
    {
        foreach (var happened in events)
            Assert.True(await Ingest.TakeAsync(Line, happened, default));
    }

    public ContactMerges Merges => new(Database, new Wakeups(), Clock);

    public Ingest Ingest => new(
        Database, Commits, new ReceiptStore(), new Arrivals(), new MessageChanges(), new ChatUpdates(), Merges,
        new PhoneHistory(Database, Merges, Clock), new Wakeups(), Clock);

    public async Task<long> CountAsync(Sql sql)
    {
        await using var db = await Database.ReadAsync(default);
        return (await db.QueryAsync(sql, row => row.GetInt64(0), default))[0];
    }

    public async Task<List<T>> ReadAsync<T>(Sql sql, Func<System.Data.Common.DbDataReader, T> read)
    {
        await using var db = await Database.ReadAsync(default);
        return await db.QueryAsync(sql, read, default);
    }

    public async ValueTask DisposeAsync()
    {
        await Commits.StopAsync(default);
        Commits.Dispose();
        await Database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
