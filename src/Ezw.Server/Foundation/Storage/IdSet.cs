using System.Data.Common;
using System.Text;
using System.Text.Json;

namespace Ezw.Foundation.Storage;

/// <summary>Follows a column: <c>$"where m.id {IdSet.Of(ids)}"</c>. However many they are, they are one parameter and one text.</summary>
public sealed class IdSet
{
    private readonly Guid?[] ids;

    private IdSet(Guid?[] ids) => this.ids = ids;

    public static IdSet Of(IEnumerable<Guid> ids) => new([.. ids.Distinct().Select(id => (Guid?)id)]);

    internal void Render(Dialect dialect, StringBuilder text, List<DbParameter> parameters)
    {
        var postgres = dialect.Kind == DatabaseKind.Postgres;
        parameters.Add(dialect.Parameter(parameters.Count + 1, postgres ? ids : JsonSerializer.Serialize(ids)));
        text.Append(postgres ? "= any($" : "in (select value from json_each($").Append(parameters.Count).Append(postgres ? ")" : "))");
    }
}
