using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Ezw.Foundation.Storage;

/// <summary>
/// The one database of this node. Reads take any connection; writes go through <see cref="WriteAsync"/>.
/// On SQLite one writer exists at a time, so writers queue here instead of meeting SQLITE_BUSY.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private const int BusyTimeoutMs = 30_000;
    private readonly SemaphoreSlim sqliteWriter = new(1, 1);
    private readonly NpgsqlDataSource? postgres;
    private readonly string sqlite = "";
    private readonly FileStream? folderLock;

    public Database(IOptions<StorageOptions> options)
    {
        var settings = options.Value;
        if (settings.Database.Length > 0)
        {
            Dialect = new Dialect(DatabaseKind.Postgres);
            postgres = NpgsqlDataSource.Create(Tuned(settings.Database));
            return;
        }
        Dialect = new Dialect(DatabaseKind.Sqlite);
        var folder = DataFolder.Open(settings.DataFolder);
        folderLock = DataFolder.Lock(folder);
        sqlite = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(folder, "ezwhatsapp.db"),
            Pooling = true,
            DefaultTimeout = BusyTimeoutMs / 1000,
        }.ConnectionString;
    }

    public Dialect Dialect { get; }

    /// <summary>Raised after each commit of this node that appended to an organization's log.</summary>
    internal event Action<Guid>? Appended;

    public async Task<DbSession> ReadAsync(CancellationToken cancellationToken) =>
        new(await ConnectAsync(cancellationToken), null, Dialect);

    /// <summary>Runs the work in one transaction and commits it; an exception rolls all of it back.</summary>
    public async Task<T> WriteAsync<T>(Func<DbSession, Task<T>> work, CancellationToken cancellationToken)
    {
        using var turn = await WriterTurnAsync(cancellationToken);
        await using var connection = await ConnectAsync(cancellationToken);
        // Microsoft.Data.Sqlite begins immediate for any level but Unspecified-deferred, so the write lock is ours from here.
        var transaction = await connection.BeginTransactionAsync(
            Dialect.Kind == DatabaseKind.Postgres ? IsolationLevel.ReadCommitted : IsolationLevel.Serializable, cancellationToken);
        await using var session = new DbSession(connection, transaction, Dialect);
        var result = await work(session);
        await transaction.CommitAsync(cancellationToken);
        Announce(session.Appended);
        return result;
    }

    public Task WriteAsync(Func<DbSession, Task> work, CancellationToken cancellationToken) =>
        WriteAsync(async session =>
        {
            await work(session);
            return true;
        }, cancellationToken);

    internal void Announce(IReadOnlyCollection<Guid> organizations)
    {
        foreach (var organizationId in organizations)
            Appended?.Invoke(organizationId);
    }

    /// <summary>The right to write on SQLite; on PostgreSQL free at once.</summary>
    internal async Task<IDisposable?> WriterTurnAsync(CancellationToken cancellationToken)
    {
        if (Dialect.Kind == DatabaseKind.Postgres)
            return null;
        await sqliteWriter.WaitAsync(cancellationToken);
        return new Turn(sqliteWriter);
    }

    internal async Task<DbConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (postgres is not null)
            return await postgres.OpenConnectionAsync(cancellationToken);
        var connection = new SqliteConnection(sqlite);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await using var pragmas = connection.CreateCommand();
            // synchronous=FULL: a 202 must survive power loss; NORMAL may roll back the last commits (sqlite.org/pragma.html).
            pragmas.CommandText = "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma busy_timeout=30000;";
            await pragmas.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            // Canceled between the two: nobody else would give it back.
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The connection of the commit queue. Its statements find every row by its key, so any plan but nested index look-ups is a mistake
    /// of a planner that has no statistics yet; and what a batch holds must not make it plan anew. On SQLite it alone has a large cache.
    /// </summary>
    internal async Task<DbConnection> ConnectForBatchesAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken);
        await using var settings = connection.CreateCommand();
        settings.CommandText = connection is NpgsqlConnection
            ? "set synchronous_commit = on; set plan_cache_mode = force_generic_plan; set jit = off; "
                + "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off"
            : "pragma cache_size = -65536";
        await settings.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    /// <summary>Makes PostgreSQL plan the connection's prepared statements anew, for the tables as large as they are now.</summary>
    internal static async Task ForgetPlansAsync(NpgsqlConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "discard plans";
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        else
            SqliteConnection.ClearPool(new SqliteConnection(sqlite));
        sqliteWriter.Dispose();
        folderLock?.Dispose();
    }

    private static string Tuned(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        ApplicationName = "ezwhatsapp",
        // Our statements are few and repeat; a prepared plan saves parsing on every batch.
        MaxAutoPrepare = 200,
        AutoPrepareMinUsages = 2,
    }.ConnectionString;

    private sealed class Turn(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
