using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ezw.Foundation.Storage;

/// <summary>
/// One statement whose holes are parameters, never text: <c>$"select … where id = {id}"</c>.
/// A <see cref="Rows"/> hole becomes a table, an <see cref="IdSet"/> a condition; another <see cref="Sql"/> or a constant <see cref="SqlText"/> is spliced in.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sql
{
    private readonly List<object> parts;

    public Sql(int literalLength, int formattedCount)
    {
        _ = literalLength;
        parts = new List<object>(formattedCount * 2 + 1);
    }

    /// <summary>Names the type where an interpolated string would otherwise become plain text.</summary>
    public static Sql Of(Sql sql) => sql;

    public void AppendLiteral(string text) => parts.Add(new SqlText(text));

    public void AppendFormatted(SqlText fragment) => parts.Add(fragment);

    public void AppendFormatted(Sql fragment) => parts.AddRange(fragment.parts);

    public void AppendFormatted(Rows rows) => parts.Add(rows);

    public void AppendFormatted(IdSet ids) => parts.Add(ids);

    public void AppendFormatted(Guid value) => parts.Add(new Parameter(value));

    public void AppendFormatted(Guid? value) => parts.Add(new Parameter(value));

    public void AppendFormatted(long value) => parts.Add(new Parameter(value));

    public void AppendFormatted(long? value) => parts.Add(new Parameter(value));

    public void AppendFormatted(string? value) => parts.Add(new Parameter(value));

    public void AppendFormatted(byte[]? value) => parts.Add(new Parameter(value));

    /// <summary>Renders for one database. The text is the same on every call with the same shape, so that it can be prepared once.</summary>
    internal (string Text, List<DbParameter> Parameters) Render(Dialect dialect)
    {
        var text = new StringBuilder(256);
        var parameters = new List<DbParameter>();
        foreach (var part in parts)
        {
            switch (part)
            {
                case SqlText literal:
                    text.Append(literal.Value);
                    break;
                case Rows rows:
                    rows.Render(dialect, text, parameters);
                    break;
                case IdSet ids:
                    ids.Render(dialect, text, parameters);
                    break;
                case Parameter parameter:
                    parameters.Add(dialect.Parameter(parameters.Count + 1, parameter.Value));
                    text.Append('$').Append(parameters.Count);
                    break;
            }
        }
        return (text.ToString(), parameters);
    }

    private sealed record Parameter(object? Value);
}

/// <summary>A constant piece of SQL shared by several statements. Never made from input.</summary>
public sealed record SqlText(string Value);
