using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Ezw.Tests.Contracts;

/// <summary>What the rest of the product relies on in either database.</summary>
public sealed class StorageContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Holes_are_parameters_and_never_text(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        const string hostile = "x' or 1=1 --";

        Assert.Equal(0, await store.CountAsync($"select count(*) from organization where name = {hostile}"));
        Assert.Equal(hostile, Assert.Single(await store.ReadAsync($"select cast({hostile} as text)", row => row.GetString(0))));
    }

    [Theory, EachDatabase]
    public async Task Rows_bring_every_type_with_nulls_and_keep_their_order(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        (Guid? Id, string? Text, long? Number)[] items =
        [
            (Ids.New(store.Clock), "שלום \"quoted\" \\ 😀 \u2028", long.MaxValue), (null, null, null), (Guid.Empty, "", long.MinValue),
        ];
        Rows rows = Rows.Of("r", items).Uuid("id", i => i.Id).Text("body", i => i.Text).Number("at", i => i.Number);

        var read = await store.ReadAsync(
            $"select r.ordinal, r.id, r.body, r.at from {rows} order by r.ordinal",
            row => (row.GetInt64(0), row.UuidOrNull(1), row.TextOrNull(2), row.NumberOrNull(3)));

        Assert.Equal(items.Select((item, i) => (i + 1L, item.Id, item.Text, item.Number)), read);
    }

    [Theory, EachDatabase]
    public async Task Migrating_again_changes_nothing_and_a_newer_schema_is_refused(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var applied = await store.CountAsync($"select count(*) from migration");

        await Migrator.MigrateAsync(store.Database, store.Clock, Cancellation);
        Assert.Equal(applied, await store.CountAsync($"select count(*) from migration"));

        await store.Database.WriteAsync(
            db => db.ExecuteAsync(
                $"insert into migration (number, name, applied_at) values (9999, 'future', 0)", Cancellation), Cancellation);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Migrator.MigrateAsync(store.Database, store.Clock, Cancellation));
    }

    [Theory, EachDatabase]
    public async Task The_model_has_the_columns_of_the_migrated_schema(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await using var db = await store.Database.ReadAsync(Cancellation);
        await using var context = new EzwContexts([new LinesModel()]).AcrossOrganizations(db);

        foreach (var entity in context.Model.GetEntityTypes())
        {
            var table = entity.GetTableName()!;
            var migrated = kind == DatabaseKind.Postgres
                ? await db.QueryAsync(
                    $"select column_name from information_schema.columns where table_name = {table}", row => row.GetString(0), Cancellation)
                : await db.QueryAsync($"select name from pragma_table_info({table})", row => row.GetString(0), Cancellation);
            Assert.Equal(migrated.Order(), entity.GetProperties().Select(p => p.GetColumnName()).Order());
        }
    }

    [Theory, EachDatabase]
    public async Task A_context_sees_one_organization_and_without_one_none(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var other = await store.AddLineAsync(await store.AddOrganizationAsync());
        var contexts = new EzwContexts([new LinesModel()]);
        await using var db = await store.Database.ReadAsync(Cancellation);

        await using var mine = contexts.For(db, store.Organization);
        Assert.Equal([store.Line.LineId], await mine.Set<Line>().Select(l => l.Id).ToListAsync(Cancellation));
        await using var theirs = contexts.For(db, other.OrganizationId);
        Assert.Equal([other.LineId], await theirs.Set<Line>().Select(l => l.Id).ToListAsync(Cancellation));
        await using var nobodys = contexts.AcrossOrganizations(db);
        Assert.Empty(await nobodys.Set<Line>().ToListAsync(Cancellation));
    }

    [Theory, EachDatabase]
    public async Task A_failed_write_leaves_nothing_and_the_next_one_goes_on(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var before = await store.CountAsync($"select count(*) from event");

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.WriteAsync<bool>(async db =>
        {
            await EventStore.AppendAsync(db, [Event(store, "lost")], Cancellation);
            throw new InvalidOperationException("after the write");
        }, Cancellation));
        await store.Database.WriteAsync(db => EventStore.AppendAsync(db, [Event(store, "kept")], Cancellation), Cancellation);

        Assert.Equal(before + 1, await store.CountAsync($"select count(*) from event"));
        Assert.Equal(0, await store.CountAsync($"select count(*) from event where kind = 'lost'"));
    }

    [Theory, EachDatabase]
    public async Task Positions_stay_gap_free_when_writers_of_both_ways_meet(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await Task.WhenAll(
            Task.WhenAll(Enumerable.Range(0, 60).Select(i => store.SendAsync($"+97250111{i:0000}", "queued"))),
            Task.WhenAll(Enumerable.Range(0, 60).Select(_ => store.Database.WriteAsync(
                db => EventStore.AppendAsync(db, [Event(store, "a"), Event(store, "b")], Cancellation), Cancellation))));

        var positions = await store.ReadAsync(
            $"select position from event where organization_id = {store.Organization} order by position", row => row.GetInt64(0));
        Assert.Equal(Enumerable.Range(1, positions.Count).Select(p => (long)p), positions);
        Assert.True(positions.Count >= 180);
    }

    private static NewEvent Event(TestStore store, string kind) => new(store.Organization, kind, null, null, null, null, 0);
}
