using Npgsql;

namespace Ezw.Benchmarks.Inbox;

internal sealed class PostgresBulk(string database) : IBulk
{
    private const int NoTimeout = 0;

    public async Task WriteAsync(string table, string columns, IEnumerable<object?[]> rows)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var copy = await connection.BeginBinaryImportAsync($"copy {table} ({columns}) from stdin (format binary)");
        copy.Timeout = TimeSpan.Zero;
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            foreach (var value in row)
                await (value is null ? copy.WriteNullAsync() : copy.WriteAsync(value));
        }
        await copy.CompleteAsync();
    }

    public async Task<long> NumberAsync(string sql) => Convert.ToInt64(await RunAsync(sql), null);

    public async Task<string> TextAsync(string sql) => (string)(await RunAsync(sql))!;

    public Task SettleAsync() => RunAsync("vacuum (analyze)");

    private async Task<object?> RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = NoTimeout };
        return await command.ExecuteScalarAsync();
    }
}
