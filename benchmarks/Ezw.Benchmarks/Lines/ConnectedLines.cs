using Microsoft.Data.Sqlite;

namespace Ezw.Benchmarks.Lines;

/// <summary>Looks into the database of a running server, without a word to the server.</summary>
internal static class ConnectedLines
{
    public static async Task<long> CountAsync(ScratchFolder scratch)
    {
        await using var connection = new SqliteConnection($"Data Source={scratch.Of("ezwhatsapp.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var count = connection.CreateCommand();
        count.CommandText = "select count(*) from line where lifecycle_state = 'connected'";
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
