using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ezw.Tests.Durability;

/// <summary>A database, a simulated WhatsApp and the server processes on them, with one linked line.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly List<ServerProcess> servers = [];
    private readonly string folder = Directory.CreateTempSubdirectory("ezw-durability-").FullName;
    private readonly string connectionString;

    private Cluster(DatabaseKind kind, string connectionString, SimulatorChild simulator)
    {
        Dialect = new Dialect(kind);
        this.connectionString = connectionString;
        Simulator = simulator;
    }

    public Dialect Dialect { get; }

    public SimulatorChild Simulator { get; }

    public int HeartbeatMs { get; init; }

    public int LeaseMs { get; init; }

    public string ConnectionString => connectionString;

    public static async Task<Cluster> StartAsync(DatabaseKind kind, int heartbeatMs = 250, int leaseMs = 1_500)
    {
        var connection = kind == DatabaseKind.Sqlite ? "" : await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return new Cluster(kind, connection, await SimulatorChild.StartAsync()) { HeartbeatMs = heartbeatMs, LeaseMs = leaseMs };
    }

    /// <summary>Starts a server; it may not be ready yet.</summary>
    public async Task<ServerProcess> LaunchAsync(params string[] settings)
    {
        var server = await ServerProcess.StartAsync(
        [
            $"--Ezw:DataFolder={folder}", $"--Ezw:Database={connectionString}", $"--Ezw:Simulator:Network={Simulator.Address}",
            $"--Ezw:Lines:HeartbeatMs={HeartbeatMs}", $"--Ezw:Lines:LeaseMs={LeaseMs}", "--Ezw:Messaging:ConversationsAtOnce=16",
            .. settings,
        ]);
        servers.Add(server);
        return server;
    }

    /// <summary>Reads the truth from beside the servers.</summary>
    public async Task<List<T>> ReadAsync<T>(Sql sql, Func<System.Data.Common.DbDataReader, T> read)
    {
        await using var db = await OpenAsync();
        return await db.QueryAsync(sql, read, default);
    }

    public async Task<long> CountAsync(Sql sql) => (await ReadAsync(sql, row => row.GetInt64(0)))[0];

    public async Task<int> ChangeAsync(Sql sql)
    {
        await using var db = await OpenAsync();
        return await db.ExecuteAsync(sql, default);
    }

    /// <summary>Every organization's log is complete from its first event to its position.</summary>
    public async Task LogHasNoGapAsync() => Assert.Equal(0, await CountAsync($"""
        select count(*) from (
            select p.position, count(e.position) as events, coalesce(max(e.position), 0) as last
            from event_position p left join event e on e.organization_id = p.organization_id
            group by p.organization_id, p.position) log
        where log.events <> log.position or log.last <> log.position
        """));

    /// <summary>The node that holds the line, by name, and under which epoch.</summary>
    public async Task<(string Node, long Epoch)> OwnerAsync(Guid lineId) => (await ReadAsync(
        $"""
        select coalesce(n.name, ''), o.epoch from line_owner o
        left join node n on n.id = o.node_id and n.expires_at > {Dialect.Now} where o.line_id = {lineId}
        """, row => (row.GetString(0), row.GetInt64(1))))[0];

    /// <summary>How many lines each live node holds, by name.</summary>
    public async Task<Dictionary<string, long>> SharesAsync() => (await ReadAsync(
        $"""
        select n.name, count(o.line_id) from node n left join line_owner o on o.node_id = n.id
        where n.expires_at > {Dialect.Now} group by n.name
        """, row => (Name: row.GetString(0), Lines: row.GetInt64(1)))).ToDictionary(share => share.Name, share => share.Lines);

    public Task<List<(Guid LineId, long Epoch)>> EpochsAsync() =>
        ReadAsync($"select line_id, epoch from line_owner order by line_id", row => (row.Uuid(0), row.GetInt64(1)));

    /// <summary>Adds a line whose QR code a phone scans.</summary>
    public async Task PairAsync(ChannelClient client, string phoneNumber)
    {
        var line = await client.CreateLineAsync(phoneNumber);
        Assert.True(await Simulator.Door.ScanAsync(await client.OfferAsync(line), phoneNumber, default));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }

        await Simulator.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<DbSession> OpenAsync()
    {
        System.Data.Common.DbConnection connection = Dialect.Kind == DatabaseKind.Postgres
            ? new NpgsqlConnection(connectionString)
            : new SqliteConnection($"Data Source={Path.Combine(folder, "ezwhatsapp.db")};Pooling=False");
        await connection.OpenAsync();
        return new DbSession(connection, null, Dialect);
    }
}
