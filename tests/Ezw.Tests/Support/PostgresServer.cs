using System.Collections.Concurrent;
using Npgsql;

namespace Ezw.Tests.Support;

/// <summary>
/// A throwaway PostgreSQL cluster, started once per process on first use, as durable as a production server (fsync on). It listens on
/// a Unix socket in its own folder only, so that nothing can collide with it. EZW_TEST_POSTGRES names an existing server instead.
/// </summary>
public sealed class PostgresServer
{
    // initdb refuses to run as root; Debian's packages bring this account.
    private const string UnprivilegedUser = "postgres";

    // Hundreds of tests each leave a pool behind: idle connections must go before the server's 200 are used up.
    private const string PoolSettings = "Maximum Pool Size=40;Connection Idle Lifetime=10;Connection Pruning Interval=5";

    private const string Script = """
        bin=$1 folder=$2
        umask 077
        mkdir "$folder"
        postgres=
        stop() { [ -z "$postgres" ] || { kill -QUIT "$postgres" && wait "$postgres"; } || true; rm -rf "$folder"; }
        trap stop EXIT
        fail() { cat "$folder/log"; exit 1; }
        "$bin/initdb" --pgdata "$folder/data" --username postgres --auth trust --encoding UTF8 --locale C --no-sync \
          >"$folder/log" 2>&1 || fail
        "$bin/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=on -c synchronous_commit=on \
          -c max_connections=200 >>"$folder/log" 2>&1 &
        postgres=$!
        until "$bin/pg_isready" --quiet --host "$folder"; do
          kill -0 "$postgres" || fail
          sleep 0.1
        done
        ready
        """;

    private static readonly Lazy<Task<PostgresServer>> OnePerProcess = new(StartAsync);

    private readonly NpgsqlConnectionStringBuilder address;
    private readonly ConcurrentBag<string> created = [];

    private PostgresServer(string connectionString) => address = new NpgsqlConnectionStringBuilder(connectionString);

    private static string? Existing => Environment.GetEnvironmentVariable("EZW_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    /// <summary>Whether a server is named or can be started here.</summary>
    public static bool IsAvailable => Existing is not null || FindBinaries() is not null;

    /// <summary>The server of this process; started by the first caller.</summary>
    public static Task<PostgresServer> SharedAsync() => OnePerProcess.Value;

    /// <summary>Makes an empty database that only the caller knows and returns its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"ezw_{Guid.CreateVersion7():n}";
        await ExecuteAsync($"create database {name} template template0");
        created.Add(name);
        return new NpgsqlConnectionStringBuilder(address.ConnectionString) { Database = name, Pooling = true }.ConnectionString;
    }

    private static async Task<PostgresServer> StartAsync()
    {
        if (Existing is { } existing)
        {
            var named = new PostgresServer($"{existing};{PoolSettings}");
            // A cluster of our own vanishes whole; in somebody else's only what we made may go.
            AppDomain.CurrentDomain.ProcessExit += (_, _) => named.DropCreated();
            return named;
        }

        var binaries = FindBinaries()
            ?? throw new InvalidOperationException("PostgreSQL's server programs are not installed: run ./dev setup.");
        var folder = Path.Combine(Path.GetTempPath(), $"ezw-pg-{Guid.CreateVersion7():n}");
        await ChildServer.StartAsync(Script, Environment.IsPrivilegedProcess ? UnprivilegedUser : null, binaries, folder);
        return new PostgresServer($"Host={folder};Username=postgres;{PoolSettings}");
    }

    private static string? FindBinaries()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
                .Select(version => Path.Combine(version, "bin"))
            : [];
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return packaged.Concat(onPath).FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    private async Task ExecuteAsync(string sql)
    {
        var admin = new NpgsqlConnectionStringBuilder(address.ConnectionString) { Pooling = false };
        admin.Database ??= "postgres";
        await using var connection = new NpgsqlConnection(admin.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private void DropCreated()
    {
        foreach (var name in created)
        {
            ExecuteAsync($"drop database if exists {name} with (force)").GetAwaiter().GetResult();
        }
    }
}
