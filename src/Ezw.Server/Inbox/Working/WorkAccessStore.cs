using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Lines;

namespace Ezw.Inbox.Working;

/// <summary>Who may see and work on conversations: whoever may see and operate their line.</summary>
internal static class WorkAccessStore
{
    /// <summary>For a row with organization_id and line_id: the user is a member who may operate that line.</summary>
    public static Sql MayOperate(string row, Guid userId)
    {
        var of = new SqlText(row);
        return $"""
            exists (
                select 1 from membership m
                join user_account u on u.id = m.user_id
                left join line_permission p on p.organization_id = m.organization_id and p.user_id = m.user_id and p.line_id = {of}.line_id
                where m.organization_id = {of}.organization_id and m.user_id = {userId} and u.disabled_at is null
                  and (m.role in ('owner', 'admin') or p.level = {LinePermission.Operate}))
            """;
    }

    /// <summary>For a row with organization_id and line_id: the caller may see that line.</summary>
    public static Sql MaySee(string row, Caller caller)
    {
        var of = new SqlText(row);
        return $"""
            ({(caller.Manages ? 1L : 0L)} = 1 or exists (
                select 1 from line_permission p
                where p.organization_id = {of}.organization_id and p.line_id = {of}.line_id and p.user_id = {caller.UserId}))
            """;
    }

    /// <summary>The conversation, or what it was merged into; null when it is absent or not visible: the two look the same.</summary>
    public static async Task<VisibleConversation?> FindAsync(DbSession db, Caller caller, Guid conversationId, CancellationToken ct) =>
        (await ListAsync(db, caller, [conversationId], ct)).FirstOrDefault();

    public static Task<List<VisibleConversation>> ListAsync(
        DbSession db, Caller caller, IReadOnlyList<Guid> conversations, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", conversations).Uuid("id", id => id);
        return db.QueryAsync($"""
            select r.id, k.id, k.line_id, l.level from {rows}
            join conversation c on c.organization_id = {caller.OrganizationId} and c.id = r.id
            join conversation k on k.organization_id = c.organization_id and k.id = coalesce(c.merged_into_id, c.id)
            left join line_permission l on l.organization_id = k.organization_id and l.line_id = k.line_id and l.user_id = {caller.UserId}
            where {MaySee("k", caller)}
            """, row => new VisibleConversation(
                row.Uuid(0), row.Uuid(1), row.Uuid(2), caller.Manages || row.TextOrNull(3) == LinePermission.Operate), ct);
    }
}

/// <param name="AskedFor">Differs from the id when that conversation was merged.</param>
internal sealed record VisibleConversation(Guid AskedFor, Guid Id, Guid LineId, bool MayOperate);
