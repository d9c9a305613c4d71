using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Reading;

/// <summary>The lines whose conversations a caller may read: all of them for owners and admins, archived ones too.</summary>
/// <param name="Ids">The lines, unless it is all.</param>
/// <param name="Operated">Those on which the caller may act, unless it is all.</param>
internal sealed record VisibleLines(bool All, IReadOnlyList<Guid> Ids, IReadOnlyList<Guid> Operated)
{
    public static readonly VisibleLines Everything = new(true, [], []);

    public bool Includes(Guid lineId) => All || Ids.Contains(lineId);

    public bool MayOperate(Guid lineId) => All || Operated.Contains(lineId);

    /// <summary>One line of them.</summary>
    public VisibleLines Only(Guid lineId) => new(false, [lineId], MayOperate(lineId) ? [lineId] : []);

    /// <summary>"and column is one of them", or nothing.</summary>
    public Sql On(string column) => All ? Sql.Of($"") : Sql.Of($"and {new SqlText(column)} {IdSet.Of(Ids)}");
}
