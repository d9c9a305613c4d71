using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>A filter of conversations as a condition.</summary>
internal static class WorkFilterStore
{
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
        Sql all = $"c.line_id = coalesce({filter.LineId}, c.line_id) and c.type = coalesce({filter.Type}, c.type)";
        if (filter.Stage is { } stage)
            all = $"{all} and {InStage(stage)}";
        if (filter.Unread is { } unread)
            all = $"{all} and (c.unread_count > 0) = ({(unread ? 1L : 0L)} = 1)";
        if (filter.Waiting is { } waiting)
            all = $"{all} and (c.waiting_since is not null) = ({(waiting ? 1L : 0L)} = 1)";
        if (filter.Snoozed is { } snoozed)
            all = $"{all} and (c.snoozed_until is not null) = ({(snoozed ? 1L : 0L)} = 1)";
        if (filter.Assignee == WorkFilters.Nobody)
            all = $"{all} and c.assignee_id is null";
        else if (filter.Assignee is { } assignee)
            all = $"{all} and c.assignee_id = {(assignee == WorkFilters.Me ? caller.UserId : Guid.Parse(assignee))}";
        if (filter.Label is { } label)
            all = $"""
                {all} and exists (
                    select 1 from conversation_label l
                    where l.organization_id = c.organization_id and l.conversation_id = c.id and l.label_id = {label})
                """;
        return all;
    }

    private static Sql InStage(string stage) => Guid.TryParse(stage, out var id)
        ? Sql.Of($"c.stage_id = {id}")
        : Sql.Of($"""
            c.stage_id in (
                select s.id from stage s where s.organization_id = c.organization_id
                    and (s.category = {stage} or ({stage} = {WorkFilters.Active} and s.category <> 'closed')))
            """);
}
