using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Reading;

/// <summary>Reads the counters, which triggers keep; nothing here looks at a conversation.</summary>
internal static class ConversationCountStore
{
    public static Task<List<CountedConversations>> ReadAsync(DbSession db, Caller caller, VisibleLines lines, CancellationToken ct) =>
        db.QueryAsync($"""
            select n.line_id, n.stage_id, s.category, n.snoozed, sum(n.conversations),
                   sum(case when n.assignee_id = {caller.UserId} then n.conversations else 0 end),
                   sum(case when n.assignee_id = {Guid.Empty} then n.conversations else 0 end),
                   sum(n.unread * n.conversations), sum(n.waiting * n.conversations)
            from conversation_count n join stage s on s.organization_id = n.organization_id and s.id = n.stage_id
            where n.organization_id = {caller.OrganizationId} {lines.On("n.line_id")}
            group by n.line_id, n.stage_id, s.category, n.snoozed
            """, row => new CountedConversations(
                row.Uuid(0), row.Uuid(1), row.GetString(2) != "closed" && row.GetInt64(3) == 0, row.GetString(2) == "closed",
                Number(row, 4), Number(row, 5), Number(row, 6), Number(row, 7), Number(row, 8)), ct);

    // PostgreSQL sums bigint to numeric.
    private static long Number(System.Data.Common.DbDataReader row, int column) =>
        Convert.ToInt64(row.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>Conversations of one line and stage that are all snoozed or all not.</summary>
/// <param name="Active">Neither closed nor snoozed.</param>
internal sealed record CountedConversations(
    Guid LineId, Guid StageId, bool Active, bool Closed, long All, long Mine, long Unassigned, long Unread, long Waiting);
