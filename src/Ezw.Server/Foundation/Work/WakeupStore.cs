using Ezw.Foundation.Storage;
using Npgsql;

namespace Ezw.Foundation.Work;

/// <summary>The statements that carry hints through PostgreSQL.</summary>
internal static class WakeupStore
{
    public const string Channel = "ezw_wakeups";

    public static Task ListenAsync(NpgsqlConnection connection, CancellationToken ct) => RunAsync(connection, $"listen {Channel}", ct);

    /// <summary>Finds out whether the connection still lives.</summary>
    public static Task ProbeAsync(NpgsqlConnection connection, CancellationToken ct) => RunAsync(connection, "select 1", ct);

    public static Task NotifyAsync(DbSession db, string payload, CancellationToken ct) =>
        db.QueryAsync($"select pg_notify('ezw_wakeups', {payload})", _ => true, ct);

    private static async Task RunAsync(NpgsqlConnection connection, string text, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(text, connection);
        await command.ExecuteNonQueryAsync(ct);
    }
}
