using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ezw.Foundation.Storage;

/// <summary>Tells a database that is away from a statement that is wrong.</summary>
internal static class StorageFault
{
    /// <summary>The database cannot be reached, has no room, or gave way to another transaction: nobody who asked is at fault.</summary>
    public static bool IsUnavailable(Exception failure) => failure switch
    {
        PostgresException refusal => IsUnavailable(refusal.SqlState),
        NpgsqlException => true,
        // 5 busy, 6 locked, 10 I/O error, 13 full.
        SqliteException { SqliteErrorCode: 5 or 6 or 10 or 13 } => true,
        IOException or TimeoutException => true,
        _ => false,
    };

    // Classes 08 connection, 53 out of disk, memory or connections, 57 shutting down or canceled, 58 system error; then: read-only after
    // a failover, lock not available, serialization failure, deadlock. postgresql.org/docs/current/errcodes-appendix.html
    private static bool IsUnavailable(string state) => state[..2] is "08" or "53" or "57" or "58"
        || state is "25006" or "55P03" or "40001" or "40P01";
}

/// <summary>The database cannot be written now. Answered as 503; the caller may repeat the request with the same idempotency key.</summary>
public sealed class StorageUnavailableException(Exception cause) : Exception("The database cannot be written now.", cause);
