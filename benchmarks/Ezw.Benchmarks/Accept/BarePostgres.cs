using Npgsql;

namespace Ezw.Benchmarks.Accept;

/// <summary>One prepared statement on a pooled connection: a transaction of its own in a single round trip.</summary>
internal sealed class BarePostgres(string connectionString) : IBareStore
{
    public const string Schema = """
        create table bare_message (
            id uuid primary key, line_id uuid not null, recipient text not null, body text not null, created_at bigint not null)
        """;

    private readonly NpgsqlDataSource database = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString) { MaxAutoPrepare = 10, AutoPrepareMinUsages = 2 });

    public async Task InsertAsync(BareRow row, CancellationToken ct)
    {
        await using var insert = database.CreateCommand(
            "insert into bare_message (id, line_id, recipient, body, created_at) values ($1, $2, $3, $4, $5)");
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = row.Id });
        insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = row.Line });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = row.To });
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = row.Body });
        insert.Parameters.Add(new NpgsqlParameter<long> { TypedValue = row.CreatedAt });
        await insert.ExecuteNonQueryAsync(ct);
    }
}
