using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Reading;

/// <summary>Reads the counters, which triggers keep; nothing here looks at a conversation.</summary>
internal static class ConversationCountStore
{
    public static Task<List<CountedConversations>> ReadAsync(DbSession db, Caller caller, VisibleLines lines, CancellationToken ct) =>
        db.QueryAsync($"""
            select n.line_id, n.stage_id, s.category, n.everything, n.awake, n.mine, n.nobodys, n.unread, n.waiting
            from (
                select n.organization_id, n.line_id, n.stage_id, sum({Number("n.conversations")}) as everything,
                       sum({Number("(1 - n.snoozed) * n.conversations")}) as awake,
                       sum(case when n.assignee_id = {caller.UserId} then {Number("(1 - n.snoozed) * n.conversations")} else 0 end) as mine,
                       sum(case when n.assignee_id = {Guid.Empty} then {Number("(1 - n.snoozed) * n.conversations")} else 0 end) as nobodys,
                       sum({Number("(1 - n.snoozed) * n.unread * n.conversations")}) as unread,
                       sum({Number("(1 - n.snoozed) * n.waiting * n.conversations")}) as waiting
                from conversation_count n
                where n.organization_id = {caller.OrganizationId} {lines.On("n.line_id")}
                group by n.organization_id, n.line_id, n.stage_id) n
            join stage s on s.organization_id = n.organization_id and s.id = n.stage_id
            """, row => new CountedConversations(
                row.Uuid(0), row.Uuid(1), row.GetString(2) == "closed", row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6),
                row.GetInt64(7), row.GetInt64(8)), ct);

    // PostgreSQL sums bigint to numeric, which is slow to add and to read.
    private static SqlText Number(string expression) => new($"cast({expression} as integer)");
}

/// <summary>Conversations of one line and stage.</summary>
/// <param name="Awake">How many are not snoozed; those behind it count among these only.</param>
internal sealed record CountedConversations(
    Guid LineId, Guid StageId, bool Closed, long All, long Awake, long Mine, long Unassigned, long Unread, long Waiting);
