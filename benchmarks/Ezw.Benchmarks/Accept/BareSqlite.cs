using Microsoft.Data.Sqlite;

namespace Ezw.Benchmarks.Accept;

/// <summary>
/// One writer connection with a prepared statement behind a gate. Requests that met SQLITE_BUSY instead would sleep and retry, which
/// is several times slower: this is the best a transaction per request can do here.
/// </summary>
internal sealed class BareSqlite : IBareStore, IDisposable
{
    public const string Prefix = "Data Source=";

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly SqliteCommand insert;
    private readonly SqliteParameter id, line, to, body, createdAt;

    public BareSqlite(string connectionString)
    {
        var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var schema = connection.CreateCommand();
        schema.CommandText = """
            pragma journal_mode=wal; pragma synchronous=full; pragma busy_timeout=30000;
            create table if not exists bare_message (
                id text primary key, line_id text not null, recipient text not null, body text not null, created_at integer not null)
            """;
        schema.ExecuteNonQuery();
        insert = connection.CreateCommand();
        insert.CommandText =
            "insert into bare_message (id, line_id, recipient, body, created_at) values ($id, $line, $to, $body, $created_at)";
        (id, line, to) = (Text("$id"), Text("$line"), Text("$to"));
        (body, createdAt) = (Text("$body"), insert.Parameters.Add("$created_at", SqliteType.Integer));
        insert.Prepare();

        SqliteParameter Text(string name) => insert.Parameters.Add(name, SqliteType.Text);
    }

    public void Dispose()
    {
        insert.Connection?.Dispose();
        insert.Dispose();
        gate.Dispose();
    }

    public async Task InsertAsync(BareRow row, CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            (id.Value, line.Value, to.Value) = (row.Id.ToString(), row.Line.ToString(), row.To);
            (body.Value, createdAt.Value) = (row.Body, row.CreatedAt);
            insert.ExecuteNonQuery();
        }
        finally
        {
            gate.Release();
        }
    }
}
