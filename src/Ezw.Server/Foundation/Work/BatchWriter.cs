using System.Data.Common;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ezw.Foundation.Work;

/// <summary>
/// Runs a batch as one transaction: on PostgreSQL as one pipelined round trip (a batch without explicit transaction is one implicit
/// transaction), on SQLite statement by statement with commands that stay prepared.
/// </summary>
internal sealed class BatchWriter(Database database, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Plans serve until the tables may have doubled, but never longer than for so many items.</summary>
    private const long MaxItemsByOnePlan = 100_000;

    private readonly Dictionary<string, SqliteCommand> prepared = [];
    private DbConnection? connection;
    private long written;
    private long planAgainAt;

    public async Task WriteAsync(List<PendingCommit> batch)
    {
        var groups = batch.GroupBy(pending => pending.Kind).Select(group => group.ToList()).ToList();
        var organizations = groups.SelectMany(group => group[0].Kind.Organizations(group)).Distinct().ToList();
        var now = time.NowMs();
        var scripts = groups.ConvertAll(group => group[0].Kind.Script(group, now));
        using var turn = await database.WriterTurnAsync(CancellationToken.None);
        connection ??= await database.ConnectForBatchesAsync(CancellationToken.None);
        if (connection is NpgsqlConnection postgres)
            await PipelineAsync(postgres, organizations, scripts);
        else
            await StepAsync((SqliteConnection)connection, scripts);
        written += batch.Count;
        database.Announce(organizations);
    }

    /// <summary>Forgets the connection after a failure, whatever state it is in.</summary>
    public async Task ResetAsync()
    {
        foreach (var command in prepared.Values)
            await command.DisposeAsync();
        prepared.Clear();
        if (connection is not null)
            await connection.DisposeAsync();
        connection = null;
        (written, planAgainAt) = (0, 0);
    }

    public async ValueTask DisposeAsync() => await ResetAsync();

    private async Task PipelineAsync(NpgsqlConnection postgres, List<Guid> organizations, List<CommitScript> scripts)
    {
        // A plan for empty tables may read all rows of an organization; until the first ANALYZE nothing else would replace it.
        if (written >= planAgainAt)
        {
            planAgainAt = written + Math.Clamp(written, 1, MaxItemsByOnePlan);
            await Database.ForgetPlansAsync(postgres);
        }
        await using var batch = postgres.CreateBatch();
        Add(EventStore.Lock(database.Dialect, organizations));
        foreach (var script in scripts)
        {
            foreach (var write in script.Writes)
                Add(write);
            Add(script.Outcomes);
        }
        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var script in scripts)
        {
            await reader.NextResultAsync();
            var rows = 0;
            while (await reader.ReadAsync())
                script.Read(rows++, reader);
            script.RequireRows(rows);
        }
        // The implicit transaction commits with the batch; an error in it shows here.
        await reader.CloseAsync();

        void Add(Sql sql)
        {
            var (text, parameters) = sql.Render(database.Dialect);
            var command = batch.CreateBatchCommand();
            command.CommandText = text;
            foreach (var parameter in parameters)
                command.Parameters.Add(parameter);
            batch.BatchCommands.Add(command);
        }
    }

    private async Task StepAsync(SqliteConnection sqlite, List<CommitScript> scripts)
    {
        Execute(sqlite, "begin immediate", []);
        try
        {
            foreach (var script in scripts)
            {
                foreach (var write in script.Writes)
                    Execute(sqlite, write.Render(database.Dialect));
                var (text, parameters) = script.Outcomes.Render(database.Dialect);
                await using var reader = Prepare(sqlite, text, parameters).ExecuteReader();
                var rows = 0;
                while (reader.Read())
                    script.Read(rows++, reader);
                script.RequireRows(rows);
            }
            Execute(sqlite, "commit", []);
        }
        catch
        {
            // The pool would hand the open transaction, and with it the write lock, to somebody else.
            // SQLite itself rolls back on a full disk; then there is nothing left to undo, and the disk is what must be told.
            if (SQLitePCL.raw.sqlite3_get_autocommit(sqlite.Handle) == 0)
                Execute(sqlite, "rollback", []);
            throw;
        }
    }

    private void Execute(SqliteConnection sqlite, (string Text, List<DbParameter> Parameters) statement) =>
        Execute(sqlite, statement.Text, statement.Parameters);

    private void Execute(SqliteConnection sqlite, string text, List<DbParameter> parameters) =>
        Prepare(sqlite, text, parameters).ExecuteNonQuery();

    private SqliteCommand Prepare(SqliteConnection sqlite, string text, List<DbParameter> parameters)
    {
        if (!prepared.TryGetValue(text, out var command))
        {
            command = sqlite.CreateCommand();
            command.CommandText = text;
            prepared.Add(text, command);
        }
        command.Parameters.Clear();
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}
