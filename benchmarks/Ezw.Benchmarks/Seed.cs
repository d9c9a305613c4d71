using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity.Accounts;
using Ezw.Lines;
using Ezw.Live;
using Ezw.Messaging.Conversations;
using Microsoft.Extensions.Options;

namespace Ezw.Benchmarks;

/// <summary>A line that the benchmark made, with the token that opens it.</summary>
internal sealed record SeededLine(Guid Id, string Token);

/// <summary>Puts an organization and its lines into a database before the product starts on it.</summary>
internal sealed class Seed : IAsyncDisposable
{
    private readonly Database database;
    private readonly TimeProvider time = TimeProvider.System;
    private readonly Guid organization;

    public Guid Organization => organization;

    private Seed(Database database) => (this.database, organization) = (database, Ids.New(time));

    /// <param name="connection">Empty: SQLite in the folder.</param>
    public static async Task<Seed> OpenAsync(ScratchFolder scratch, string connection)
    {
        var seed = new Seed(new Database(Options.Create(new StorageOptions { DataFolder = scratch.Path, Database = connection })));
        await Migrator.MigrateAsync(seed.database, seed.time, default);
        await seed.database.WriteAsync(async db =>
        {
            await db.ExecuteAsync($"insert into organization (id, name, created_at) values ({seed.organization}, 'Benchmark', 0)", default);
            await EventStore.OpenAsync(db, seed.organization, default);
            await StageStore.OpenAsync(db, seed.organization, seed.time, default);
        }, default);
        return seed;
    }

    /// <summary>
    /// Lines that are stored as connected and accept sends, but have no row in line_owner: no node ever takes them, so that
    /// nothing is sent and only the accepting is measured.
    /// </summary>
    public Task<SeededLine[]> OrphansAsync(int count) => LinesAsync(count, "connected", owned: false);

    /// <summary>Linked lines that the product takes, connects to its simulated network and sends from.</summary>
    public Task<SeededLine[]> LinkedAsync(int count) => LinesAsync(count, "connecting", owned: true);

    /// <summary>The stages that the organization began with, in their order: open, waiting, closed.</summary>
    public async Task<Guid[]> BoardAsync()
    {
        await using var db = await database.ReadAsync(default);
        return [.. await db.QueryAsync(
            $"select id from stage where organization_id = {organization} order by rank", row => row.Uuid(0), default)];
    }

    /// <summary>People who can log in: the first is the owner, other managers are admins, the others operators of what they see.</summary>
    public async Task TeamAsync(Sight[] people, Func<int, string> email, string password)
    {
        using var passwords = new Passwords();
        var hash = await passwords.HashAsync(password, default);
        await database.WriteAsync(async db =>
        {
            for (var i = 0; i < people.Length; i++)
                await InsertMemberAsync(db, people[i], email(i), hash, i == 0 ? "owner" : people[i].Manages ? "admin" : "operator");
        }, default);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    private async Task<SeededLine[]> LinesAsync(int count, string state, bool owned)
    {
        var lines = Enumerable.Range(0, count).Select(_ => new SeededLine(Ids.New(time), LineToken.Mint())).ToArray();
        await database.WriteAsync(async db =>
        {
            for (var i = 0; i < count; i++)
            {
                await InsertLineAsync(db, lines[i], $"+97253{i:0000000}", state);
                await InsertTokenAsync(db, lines[i]);
                if (owned)
                    await LineOwnerStore.OpenAsync(db, organization, lines[i].Id, default);
            }
        }, default);
        return lines;
    }

    private Task<int> InsertLineAsync(DbSession db, SeededLine line, string phone, string state) => db.ExecuteAsync($"""
        insert into line (organization_id, id, display_name, provider, phone_number, lid, device_id, desired_state, lifecycle_state,
            lifecycle_reason, lifecycle_since, version, created_at)
        values ({organization}, {line.Id}, 'Line', 'simulator', {phone}, {phone[1..] + "@lid"}, {phone[1..] + ":1"}, 'running', {state},
            '', {time.NowMs()}, 1, {time.NowMs()})
        """, default);

    private async Task InsertMemberAsync(DbSession db, Sight person, string email, string hash, string role)
    {
        await db.ExecuteAsync($"""
            insert into user_account (id, email, display_name, password_hash, sessions_since, created_at)
            values ({person.UserId}, {email}, {email}, {hash}, 0, {time.NowMs()})
            """, default);
        await db.ExecuteAsync($"""
            insert into membership (organization_id, user_id, role, created_at)
            values ({organization}, {person.UserId}, {role}, {time.NowMs()})
            """, default);
        foreach (var line in person.Lines)
        {
            await db.ExecuteAsync($"""
                insert into line_permission (organization_id, line_id, user_id, level)
                values ({organization}, {line}, {person.UserId}, 'operate')
                """, default);
        }
    }

    private Task<int> InsertTokenAsync(DbSession db, SeededLine line) => db.ExecuteAsync($"""
        insert into line_token (organization_id, id, line_id, token_hash, token_prefix, created_by, created_at)
        values ({organization}, {Ids.New(time)}, {line.Id}, {LineToken.Hash(line.Token)}, {LineToken.Shown(line.Token)},
            {organization}, {time.NowMs()})
        """, default);
}
