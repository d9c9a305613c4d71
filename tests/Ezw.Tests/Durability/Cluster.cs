using Ezw.Demo;
using Ezw.Foundation.Storage;
using Ezw.Providers;
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

    /// <param name="address">An own PostgreSQL instead of the shared one.</param>
    public static async Task<Cluster> StartAsync(DatabaseKind kind, int heartbeatMs = 250, int leaseMs = 1_500, string? address = null)
    {
        var connection = kind == DatabaseKind.Sqlite ? "" : address ?? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        return new Cluster(kind, connection, await SimulatorChild.StartAsync()) { HeartbeatMs = heartbeatMs, LeaseMs = leaseMs };
    }

    /// <summary>Starts a server; it may not be ready yet.</summary>
    public async Task<ServerProcess> LaunchAsync(params string[] settings)
    {
        var server = await ServerProcess.StartAsync(
        [
            $"--Ezw:DataFolder={folder}", $"--Ezw:Database={connectionString}", $"--Ezw:Simulator:Network={Simulator.Address}",
            $"--Ezw:Lines:HeartbeatMs={HeartbeatMs}", $"--Ezw:Lines:LeaseMs={LeaseMs}", "--Ezw:Messaging:ConversationsAtOnce=16", .. settings,
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

    /// <summary>Gives a line a linked phone without a person who scans.</summary>
    public async Task LinkAsync(Guid organizationId, Guid lineId, string phoneNumber)
    {
        LineIdentity identity = await Simulator.Door.LinkDeviceAsync(phoneNumber, default);
        await using var db = await OpenAsync();
        await DemoStore.LinkAsync(db, organizationId, lineId, identity, default);
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
