using Microsoft.Data.Sqlite;

namespace Ezw.Benchmarks.Inbox;

internal sealed class SqliteBulk(string file) : IBulk
{
    public async Task WriteAsync(string table, string columns, IEnumerable<object?[]> rows)
    {
        await using var connection = await OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = connection.CreateCommand();
        var names = columns.Split(',').Select((_, index) => $"${index}").ToList();
        insert.CommandText = $"insert into {table} ({columns}) values ({string.Join(", ", names)})";
        var parameters = names.ConvertAll(name => insert.Parameters.AddWithValue(name, DBNull.Value));
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
                parameters[i].Value = row[i] is Guid id ? id.ToString() : row[i] ?? DBNull.Value;
            insert.ExecuteNonQuery();
        }
        await transaction.CommitAsync();
    }

    public async Task<long> NumberAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), null);
    }

    // The product gathers no statistics on SQLite, so neither do we.
    public Task SettleAsync() => NumberAsync("pragma wal_checkpoint(truncate)");

    private async Task<SqliteConnection> OpenAsync()
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False;Default Timeout=60");
        await connection.OpenAsync();
        await using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "pragma synchronous=off; pragma cache_size=-1000000; pragma foreign_keys=off";
        await pragmas.ExecuteNonQueryAsync();
        return connection;
    }
}
