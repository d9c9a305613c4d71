using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Ezw.Foundation.Storage;

/// <summary>One connection, perhaps inside a transaction. Stores take it as an argument, so that callers decide what commits together.</summary>
public sealed class DbSession(DbConnection connection, DbTransaction? transaction, Dialect dialect) : IAsyncDisposable
{
    private HashSet<Guid>? appended;

    public Dialect Dialect => dialect;

    internal DbConnection Connection => connection;

    internal DbTransaction? Transaction => transaction;

    /// <summary>Organizations to whose log this transaction appended.</summary>
    internal IReadOnlyCollection<Guid> Appended => appended is null ? [] : appended;

    internal void NoteAppended(Guid organizationId) => (appended ??= []).Add(organizationId);

    /// <summary>Runs the statement and returns how many rows it changed.</summary>
    public async Task<int> ExecuteAsync(Sql sql, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public async Task<List<T>> QueryAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = Command(sql);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(read(reader));
        return rows;
    }

    public async Task<T?> FirstAsync<T>(Sql sql, Func<DbDataReader, T> read, CancellationToken cancellationToken) where T : class =>
        (await QueryAsync(sql, read, cancellationToken)).FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        if (transaction is not null)
            await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private DbCommand Command(Sql sql)
    {
        var (text, parameters) = sql.Render(dialect);
        var command = connection.CreateCommand();
        command.CommandText = text;
        command.Transaction = transaction;
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        return command;
    }
}

/// <summary>Reading columns the same way from both databases.</summary>
internal static class Columns
{
    public static Guid Uuid(this DbDataReader row, int column) =>
        row is SqliteDataReader ? Guid.Parse(row.GetString(column)) : row.GetGuid(column);

    public static Guid? UuidOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Uuid(column);

    public static string? TextOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? NumberOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTimeOffset Time(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNull(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    /// <summary>A truth value is bool on PostgreSQL and 0 or 1 on SQLite.</summary>
    public static bool Truth(this DbDataReader row, int column) =>
        row.GetValue(column) is var value && (value is bool truth ? truth : Convert.ToInt64(value) != 0);
}
