using System.Data.Common;
using System.Text;
using System.Text.Json;

namespace Ezw.Foundation.Storage;

/// <summary>
/// A batch as a table inside a statement: <c>from {rows}</c> gives the alias's columns and <c>ordinal</c> (from 1).
/// PostgreSQL reads it with unnest, one array a column; SQLite with json_each, one document.
/// </summary>
public sealed class Rows(string alias, int count)
{
    private readonly List<Column> columns = [];

    public static Rows<T> Of<T>(string alias, IReadOnlyList<T> items) => new(alias, items);

    internal void Add(Column column) => columns.Add(column);

    internal void Render(Dialect dialect, StringBuilder text, List<DbParameter> parameters)
    {
        if (dialect.Kind == DatabaseKind.Postgres)
            RenderUnnest(text, parameters, dialect);
        else
            RenderJson(text, parameters, dialect);
    }

    private void RenderUnnest(StringBuilder text, List<DbParameter> parameters, Dialect dialect)
    {
        text.Append("unnest(");
        for (var i = 0; i < columns.Count; i++)
        {
            parameters.Add(dialect.Parameter(parameters.Count + 1, columns[i].Values));
            text.Append(i == 0 ? "$" : ", $").Append(parameters.Count);
        }
        text.Append(") with ordinality as ").Append(alias).Append('(');
        foreach (var column in columns)
            text.Append(column.Name).Append(", ");
        text.Append("ordinal)");
    }

    private void RenderJson(StringBuilder text, List<DbParameter> parameters, Dialect dialect)
    {
        parameters.Add(dialect.Parameter(parameters.Count + 1, ToJson()));
        text.Append("(select key + 1 as ordinal");
        for (var i = 0; i < columns.Count; i++)
        {
            var value = columns[i].Values is byte[]?[] ? $"unhex(value ->> {i})" : $"value ->> {i}";
            text.Append(", ").Append(value).Append(" as ").Append(columns[i].Name);
        }
        // The limit keeps SQLite from flattening the table into the statement, where every mention of a column would parse its row again.
        text.Append(" from json_each($").Append(parameters.Count).Append(") limit -1) as ").Append(alias);
    }

    private string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            for (var row = 0; row < count; row++)
            {
                json.WriteStartArray();
                foreach (var column in columns)
                    column.Write(json, row);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    internal sealed record Column(string Name, Array Values, Action<Utf8JsonWriter, int> Write);
}

/// <summary>Builds the columns of a <see cref="Rows"/> from items.</summary>
public sealed class Rows<T>(string alias, IReadOnlyList<T> items)
{
    private readonly Rows rows = new(alias, items.Count);

    public static implicit operator Rows(Rows<T> builder) => builder.rows;

    public Rows<T> Uuid(string name, Func<T, Guid?> value)
    {
        var values = Collect(value);
        rows.Add(new(name, values, (json, row) =>
        {
            if (values[row] is { } id) json.WriteStringValue(id);
            else json.WriteNullValue();
        }));
        return this;
    }

    public Rows<T> Text(string name, Func<T, string?> value)
    {
        var values = Collect(value);
        rows.Add(new(name, values, (json, row) => json.WriteStringValue(values[row])));
        return this;
    }

    public Rows<T> Number(string name, Func<T, long?> value)
    {
        var values = Collect(value);
        rows.Add(new(name, values, (json, row) =>
        {
            if (values[row] is { } number) json.WriteNumberValue(number);
            else json.WriteNullValue();
        }));
        return this;
    }

    public Rows<T> Bytes(string name, Func<T, byte[]?> value)
    {
        var values = Collect(value);
        rows.Add(new(name, values, (json, row) =>
        {
            if (values[row] is { } bytes) json.WriteStringValue(Convert.ToHexString(bytes));
            else json.WriteNullValue();
        }));
        return this;
    }

    private TValue[] Collect<TValue>(Func<T, TValue> value)
    {
        var values = new TValue[items.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = value(items[i]);
        return values;
    }
}
