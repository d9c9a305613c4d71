using Ezw.Foundation.Storage;
using Npgsql;

namespace Ezw.Tests.Support;

public sealed class PostgresServerTests
{
    [Fact]
    public async Task Each_caller_gets_an_empty_database_of_its_own()
    {
        Prerequisite.Postgres();
        var server = await PostgresServer.SharedAsync();

        var one = await server.CreateDatabaseAsync();
        var other = await server.CreateDatabaseAsync();
        await AskAsync(one, "create table line (id uuid primary key)");

        Assert.Equal(1L, await AskAsync(one, "select count(*) from pg_tables where tablename = 'line'"));
        Assert.Equal(0L, await AskAsync(other, "select count(*) from pg_tables where tablename = 'line'"));
    }

    [Fact]
    public async Task A_commit_is_as_durable_as_in_production()
    {
        Prerequisite.Postgres();
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

        Assert.Equal("on", await AskAsync(database, "select current_setting('fsync')"));
        Assert.Equal("on", await AskAsync(database, "select current_setting('synchronous_commit')"));
    }

    [Theory, EachDatabase]
    public void A_theory_meets_each_database(DatabaseKind database) => Assert.True(Enum.IsDefined(database));

    private static async Task<object?> AskAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
