using Ezw.Foundation.Storage;

namespace Ezw.Tests.Contracts;

/// <param name="Required">The columns that are never null.</param>
/// <param name="PrimaryFirst">The first column of the primary key.</param>
/// <param name="UniqueFirst">The first columns of all unique indexes.</param>
internal sealed record TenancyTable(
    string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Required, string? PrimaryFirst, IReadOnlyList<string> UniqueFirst);

/// <summary>The tables of a migrated database, as the database itself tells them.</summary>
internal static class TenancySchema
{
    private static readonly SqlText SqliteColumns = new("""
        select m.name, p.name, p."notnull", case when p.pk = 1 then 1 else 0 end
        from sqlite_master m join pragma_table_info(m.name) p where m.type = 'table' and m.name not like 'sqlite\_%' escape '\'
        order by m.name, p.cid
        """);

    private static readonly SqlText SqliteIndexes = new("""
        select m.name, c.name from sqlite_master m join pragma_index_list(m.name) i join pragma_index_info(i.name) c
        where m.type = 'table' and i."unique" = 1 and c.seqno = 0 and c.name is not null
        """);

    private static readonly SqlText PostgresColumns = new("""
        select c.relname::text, a.attname::text, a.attnotnull::int::bigint, coalesce((i.indkey[0] = a.attnum)::int, 0)::bigint
        from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_index i on i.indrelid = c.oid and i.indisprimary
        where c.relkind = 'r' order by c.relname, a.attnum
        """);

    private static readonly SqlText PostgresIndexes = new("""
        select c.relname::text, a.attname::text from pg_index i join pg_class c on c.oid = i.indrelid
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
        join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where i.indisunique
        """);

    public static async Task<IReadOnlyList<TenancyTable>> TablesAsync(DbSession db)
    {
        var postgres = db.Dialect.Kind == DatabaseKind.Postgres;
        var (columnsText, indexesText) = postgres ? (PostgresColumns, PostgresIndexes) : (SqliteColumns, SqliteIndexes);
        var columns = await db.QueryAsync(
            $"{columnsText}",
            row => (Table: row.GetString(0), Name: row.GetString(1), Required: row.GetInt64(2) == 1, First: row.GetInt64(3) == 1),
            CancellationToken.None);
        var unique = (await db.QueryAsync(
            $"{indexesText}", row => (Table: row.GetString(0), Column: row.GetString(1)), CancellationToken.None))
            .ToLookup(index => index.Table, index => index.Column);
        return [.. from column in columns
                   group column by column.Table into table
                   select new TenancyTable(
                       table.Key, [.. table.Select(c => c.Name)], [.. table.Where(c => c.Required).Select(c => c.Name)],
                       table.FirstOrDefault(c => c.First).Name, [.. unique[table.Key]])];
    }
}
