using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;

namespace Ezw.Inbox.Reading;

/// <summary>Reads what a caller may see. Every read of the inbox begins here.</summary>
internal static class VisibleLinesStore
{
    public static async Task<VisibleLines> FindAsync(DbSession db, Caller caller, CancellationToken ct)
    {
        if (caller.Manages)
            return VisibleLines.Everything;
        var granted = await db.QueryAsync($"""
            select line_id, level from line_permission where organization_id = {caller.OrganizationId} and user_id = {caller.UserId}
            """, row => (Line: row.Uuid(0), Level: row.GetString(1)), ct);
        return new VisibleLines(
            false, granted.ConvertAll(g => g.Line), [.. granted.Where(g => g.Level == LinePermission.Operate).Select(g => g.Line)]);
    }

    /// <summary>The same, narrowed to one line; null when that is absent or not visible.</summary>
    public static async Task<VisibleLines?> FindAsync(DbSession db, Caller caller, Guid? lineId, CancellationToken ct)
    {
        var visible = await FindAsync(db, caller, ct);
        if (lineId is not { } line)
            return visible;
        var exists = visible.Includes(line) && (await db.QueryAsync(
            $"select 1 from line where organization_id = {caller.OrganizationId} and id = {line}", _ => true, ct)).Count > 0;
        return exists ? visible.Only(line) : null;
    }
}
