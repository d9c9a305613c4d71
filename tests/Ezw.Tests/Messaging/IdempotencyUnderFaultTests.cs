using System.Text;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Sending;
using Ezw.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Ezw.Tests.Messaging;

/// <summary>Sending once while the database, the clock or the sweeper get in the way. The numbers are those of
/// docs/idempotency.md.</summary>
public sealed class IdempotencyUnderFaultTests
{
    private const string Order = """{"to":"+972501234567","body":"Your order is ready"}""";

    [Fact]
    public async Task ID_08_A_commit_whose_answer_was_lost_is_not_repeated()
    {
        Prerequisite.Postgres();
        var direct = new NpgsqlConnectionStringBuilder(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
        await using var proxy = direct.Host!.StartsWith('/')
            ? DroppingProxy.ToUnixSocket($"{direct.Host}/.s.PGSQL.{direct.Port}")
            : DroppingProxy.ToHost(direct.Host, direct.Port);
        direct.Host = "127.0.0.1";
        direct.Port = proxy.Port;
        direct.SslMode = SslMode.Disable;
        await using var app = await TestApp.StartOnAsync(direct.ConnectionString, null);
        var line = await (await app.CreateOrganizationAsync("Acme")).LineInStateAsync("connected");

        proxy.DropAnswerTo(Encoding.UTF8.GetBytes("lost-answer"));
        using var first = await line.PostTextAsync(Order, "lost-answer");
        using var second = await line.PostTextAsync(Order, "lost-answer");

        var answer = await first.ShouldBeJsonAsync(202);
        Assert.Equal(answer.ToJsonString(), (await second.ShouldBeJsonAsync(202)).ToJsonString());
        Assert.Equal(1, proxy.Dropped);
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Theory, EachDatabase]
    public async Task ID_09_A_key_is_kept_to_the_end_of_its_time_and_free_after_it(DatabaseKind kind)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));
        await using var store = await TestStore.StartAsync(kind, clock);
        var first = Assert.IsType<AcceptOutcome.Accepted>(await store.SendAsync("+972501234567", "x", "k"));

        clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        var before = Assert.IsType<AcceptOutcome.Accepted>(await store.SendAsync("+972501234567", "x", "k"));
        clock.Advance(TimeSpan.FromSeconds(2));
        var after = Assert.IsType<AcceptOutcome.Accepted>(await store.SendAsync("+972501234567", "another meaning", "k"));

        Assert.Equal((first.MessageId, true), (before.MessageId, before.Replayed));
        Assert.False(after.Replayed);
        Assert.NotEqual(first.MessageId, after.MessageId);
    }

    [Theory, EachDatabase]
    public async Task ID_15_Replays_during_a_purge_are_never_sent_again(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var first = Assert.IsType<AcceptOutcome.Accepted>(await store.SendAsync("+972501234567", "x", "live"));
        await AddExpiredKeysAsync(store, 2_000);

        var purge = Task.Run(async () =>
        {
            while (await PurgeAsync(store, 100) > 0)
                await Task.Yield();
        }, TestContext.Current.CancellationToken);
        var replays = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => store.SendAsync("+972501234567", "x", "live")));
        await purge;

        Assert.All(replays, replay => Assert.Equal(first with { Replayed = true }, replay));
        Assert.Equal(1, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from idempotency_key"));
    }

    [Fact]
    public async Task ID_16_A_send_waits_for_the_write_lock_of_another_process()
    {
        await using var app = await TestApp.StartAsync(DatabaseKind.Sqlite);
        var line = await (await app.CreateOrganizationAsync("Acme")).LineInStateAsync("connected");
        await using var other = new SqliteConnection($"Data Source={Path.Combine(app.Folder, "ezwhatsapp.db")};Pooling=False");
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync(other, "begin immediate");

        var sending = line.PostTextAsync(Order, "k");
        // A read does not wait for the writer, so that this one proves the send had its time to meet the lock.
        using (var health = await line.HealthAsync())
            await health.ShouldBeJsonAsync(200);
        Assert.False(sending.IsCompleted);
        await ExecuteAsync(other, "rollback");

        using var sent = await sending;
        await sent.ShouldBeJsonAsync(202);
        using var replayed = await line.PostTextAsync(Order, "k");
        await replayed.ShouldBeJsonAsync(202);
        Assert.Equal(1, await line.MessageCountAsync());
    }

    [Theory, EachDatabase]
    public async Task ID_20_Twenty_thousand_old_keys_go_in_small_transactions(DatabaseKind kind)
    {
        const int Keys = 20_000;
        const int Batch = 1_000;
        await using var store = await TestStore.StartAsync(kind);
        await AddExpiredKeysAsync(store, Keys);
        await store.SendAsync("+972501234567", "x", "live");

        var purged = new List<int>();
        do
            purged.Add(await PurgeAsync(store, Batch));
        while (purged[^1] > 0);

        Assert.Equal([.. Enumerable.Repeat(Batch, Keys / Batch), 0], purged);
        Assert.Equal(1, await store.CountAsync($"select count(*) from idempotency_key"));
    }

    private static Task<int> PurgeAsync(TestStore store, int batch) =>
        store.Database.WriteAsync(db => OutboxStore.PurgeKeysAsync(db, store.Clock.NowMs(), batch, CancellationToken.None),
            CancellationToken.None);

    private static Task<int> AddExpiredKeysAsync(TestStore store, int count) => store.Database.WriteAsync(db => db.ExecuteAsync($"""
        insert into idempotency_key (organization_id, line_id, family, key, fingerprint, message_id, conversation_id, queued_at, expires_at)
        with recursive number (n) as (select 1 union all select n + 1 from number where n < {count})
        select {store.Organization}, {store.Line.LineId}, 'channel', 'old-' || cast(n as text), 'f', {Ids.New(store.Clock)}, null, 0,
        n from number
        """, CancellationToken.None), CancellationToken.None);

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
