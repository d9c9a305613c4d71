using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Ezw.Foundation.Storage;

public enum DatabaseKind { Sqlite, Postgres }

/// <summary>Everything that differs between the two databases, in one place.</summary>
public sealed class Dialect(DatabaseKind kind)
{
    public DatabaseKind Kind => kind;

    /// <summary>Ends a select that must hold its rows until commit. SQLite's writer already holds the whole file.</summary>
    public SqlText ForUpdate { get; } = new(kind == DatabaseKind.Postgres ? " for update" : "");

    /// <summary>The same for work that nodes share: what another node holds is left to it.</summary>
    public SqlText ForUpdateSkipLocked { get; } = new(kind == DatabaseKind.Postgres ? " for update skip locked" : "");

    /// <summary>
    /// After a table: the index that answers. PostgreSQL knows its tables and chooses better; SQLite has no statistics and would take the
    /// index of the longest prefix even where that means to sort everything.
    /// </summary>
    public SqlText IndexedBy(string index) => new(kind == DatabaseKind.Sqlite ? $" indexed by {index}" : "");

    /// <summary>The database's own clock in epoch-milliseconds: the only clock that leases may use.</summary>
    public SqlText Now { get; } = new(kind == DatabaseKind.Postgres
        ? "(extract(epoch from clock_timestamp()) * 1000)::bigint"
        : "cast(unixepoch('subsec') * 1000 as integer)");

    /// <summary>Column types in migrations: {uuid} and {bytes}.</summary>
    public string Migration(string text) => text
        .Replace("{uuid}", kind == DatabaseKind.Postgres ? "uuid" : "text", StringComparison.Ordinal)
        .Replace("{bytes}", kind == DatabaseKind.Postgres ? "bytea" : "blob", StringComparison.Ordinal);

    internal DbParameter Parameter(int number, object? value) => kind == DatabaseKind.Postgres
        ? PostgresParameter(value)
        : new SqliteParameter($"${number}", value is Guid id ? id.ToString() : value ?? DBNull.Value);

    private static NpgsqlParameter PostgresParameter(object? value) => value switch
    {
        // A null has no type of its own; text is what "is null" and coalesce accept everywhere in our statements.
        null => new NpgsqlParameter { Value = DBNull.Value },
        Guid?[] ids => new NpgsqlParameter<Guid?[]> { TypedValue = ids },
        string?[] texts => new NpgsqlParameter<string?[]> { TypedValue = texts },
        long?[] numbers => new NpgsqlParameter<long?[]> { TypedValue = numbers },
        byte[]?[] blobs => new NpgsqlParameter<byte[]?[]> { TypedValue = blobs },
        Guid id => new NpgsqlParameter<Guid> { TypedValue = id },
        long number => new NpgsqlParameter<long> { TypedValue = number },
        string text => new NpgsqlParameter<string> { TypedValue = text },
        _ => new NpgsqlParameter { Value = value },
    };
}
