using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>A filter of conversations as a condition.</summary>
internal static class WorkFilterStore
{
    private const string Me = "me";
    private const string Nobody = "none";

    public static bool IsAssignee(string? text) => text is null or Me or Nobody || Guid.TryParse(text, out _);

    /// <summary>Ids of what matches and the caller may see, in order, after the given one.</summary>
    public static Task<List<Guid>> ListAsync(
        DbSession db, Caller caller, WorkFilter filter, Guid after, long limit, CancellationToken ct) => db.QueryAsync($"""
        select c.id from conversation c
        where c.organization_id = {caller.OrganizationId} and c.merged_into_id is null and c.id > {after}
          and {WorkAccessStore.MaySee("c", caller)} and {Matches(filter, caller)}
        order by c.id limit {limit}
        """, row => row.Uuid(0), ct);

    private static Sql Matches(WorkFilter filter, Caller caller)
    {
        Sql all = $"c.line_id = coalesce({filter.LineId}, c.line_id) and c.stage_id = coalesce({filter.Stage}, c.stage_id)";
        if (filter.Unread is { } unread)
            all = $"{all} and (c.unread_count > 0) = ({(unread ? 1L : 0L)} = 1)";
        if (filter.Waiting is { } waiting)
            all = $"{all} and (c.waiting_since is not null) = ({(waiting ? 1L : 0L)} = 1)";
        if (filter.Assignee == Nobody)
            all = $"{all} and c.assignee_id is null";
        else if (filter.Assignee is { } assignee)
            all = $"{all} and c.assignee_id = {(assignee == Me ? caller.UserId : Guid.Parse(assignee))}";
        if (filter.Label is { } label)
            all = $"""
                {all} and exists (
                    select 1 from conversation_label l
                    where l.organization_id = c.organization_id and l.conversation_id = c.id and l.label_id = {label})
                """;
        return all;
    }
}
