using System.Reflection;

namespace Ezw.Foundation.Storage;

/// <summary>
/// Brings the schema up to date from the numbered, forward-only files in Migrations/. Each file runs once, in its own transaction.
/// A file NNNN_name.sql is for both databases; NNNN_name.postgres.sql or .sqlite.sql for one of them.
/// </summary>
public static class Migrator
{
    private const string Prefix = "Ezw.Foundation.Storage.Migrations.";
    private const long LockKey = 0x657a77;

    public static async Task MigrateAsync(Database database, TimeProvider time, CancellationToken cancellationToken)
    {
        await database.WriteAsync(async db =>
        {
            // Several nodes may start at once on one PostgreSQL; the first migrates and the others wait.
            if (db.Dialect.Kind == DatabaseKind.Postgres)
                await db.QueryAsync($"select pg_advisory_xact_lock({LockKey})", _ => 0, cancellationToken);
            await db.ExecuteAsync(
                $"create table if not exists migration (number bigint primary key, name text not null, applied_at bigint not null)",
                cancellationToken);
            var applied = await db.QueryAsync($"select number from migration", row => row.GetInt64(0), cancellationToken);
            RefuseNewerSchema(applied);
            foreach (var file in Files(db.Dialect).Where(f => !applied.Contains(f.Number)))
                await ApplyAsync(db, file, time, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Looks and changes nothing.</summary>
    public static async Task<SchemaSeen> LookAsync(Database database, CancellationToken cancellationToken)
    {
        await using var db = await database.ReadAsync(cancellationToken);
        var postgres = db.Dialect.Kind == DatabaseKind.Postgres;
        var there = postgres
            ? Sql.Of($"select 1 where to_regclass('migration') is not null")
            : Sql.Of($"select 1 from sqlite_master where name = 'migration'");
        var isMigrated = (await db.QueryAsync(there, _ => true, cancellationToken)).Count > 0;
        var applied = isMigrated
            ? (await db.QueryAsync($"select coalesce(max(number), 0) from migration", row => row.GetInt64(0), cancellationToken))[0]
            : 0;
        long? now = postgres
            ? (await db.QueryAsync(
                $"select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)", row => row.GetInt64(0), cancellationToken))[0]
            : null;
        return new SchemaSeen(postgres ? "PostgreSQL" : "SQLite", applied, Newest, now);
    }

    private static long Newest => Resources().Max(r => int.Parse(r[Prefix.Length..].Split('_')[0], null));

    private static async Task ApplyAsync(DbSession db, MigrationFile file, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var command = db.Connection.CreateCommand();
        command.Transaction = db.Transaction;
        command.CommandText = db.Dialect.Migration(Text(file.Resource));
        await command.ExecuteNonQueryAsync(cancellationToken);
        await db.ExecuteAsync(
            $"insert into migration (number, name, applied_at) values ({(long)file.Number}, {file.Name}, {time.NowMs()})",
            cancellationToken);
    }

    private static void RefuseNewerSchema(List<long> applied)
    {
        if (applied.Exists(number => number > Newest))
            throw new InvalidOperationException(
                $"The database was migrated by a newer version (migration {applied.Max()}; this one knows {Newest}). "
                + "Start the newer server.");
    }

    private static IEnumerable<MigrationFile> Files(Dialect dialect)
    {
        var other = dialect.Kind == DatabaseKind.Postgres ? ".sqlite.sql" : ".postgres.sql";
        return from resource in Resources()
               where !resource.EndsWith(other, StringComparison.Ordinal)
               let name = resource[Prefix.Length..]
               orderby name
               select new MigrationFile(int.Parse(name.Split('_')[0], null), name, resource);
    }

    private static IEnumerable<string> Resources() =>
        Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal));

    private static string Text(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    private sealed record MigrationFile(int Number, string Name, string Resource);
}

/// <summary>The state of a database.</summary>
/// <param name="Applied">Number of the newest migration there; 0 for none.</param>
/// <param name="Known">Number of the newest migration of this version.</param>
/// <param name="NowMs">The time of the database's machine, if that is another one: epoch-milliseconds.</param>
public sealed record SchemaSeen(string Kind, long Applied, long Known, long? NowMs);
