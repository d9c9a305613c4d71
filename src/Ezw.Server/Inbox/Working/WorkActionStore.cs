using System.Diagnostics;
using Ezw.Foundation.Storage;
using Ezw.Messaging.Conversations;

namespace Ezw.Inbox.Working;

/// <param name="UserId">Who does it.</param>
/// <param name="Version">Only conversations of this version; null for any.</param>
/// <param name="Now">Epoch-milliseconds.</param>
internal sealed record WorkWrite(
    Guid OrganizationId, Guid UserId, WorkAction Action, IReadOnlyList<Guid> Conversations, long? Version, long Now);

internal sealed record ChangedConversation(Guid Id, Guid LineId);

/// <summary>
/// The statements behind <see cref="WorkAction"/>, the same for one conversation and for many. Each changes what its conditions allow and
/// returns what it changed; they run under the organization's lock.
/// </summary>
internal static class WorkActionStore
{
    public static async Task<List<ChangedConversation>> ApplyAsync(DbSession db, WorkWrite write, CancellationToken ct)
    {
        if (write.Conversations.Count == 0)
            return [];
        var changed = await db.QueryAsync(Update(write), row => new ChangedConversation(row.Uuid(0), row.Uuid(1)), ct);
        if (changed.Count > 0)
        {
            foreach (var statement in LabelRows(write, Rows.Of("r", changed).Uuid("id", c => c.Id)))
                await db.ExecuteAsync(statement, ct);
        }
        return changed;
    }

    private static Sql Update(WorkWrite write) => write.Action switch
    {
        WorkAction.Claim claim => Assign(write, claim.UserId, $"assignee_id is null"),
        WorkAction.Assign assign => Assign(write, assign.UserId,
            $"assignee_id is distinct from {assign.UserId} and {WorkAccessStore.MayOperate("conversation", assign.UserId)}"),
        WorkAction.Release release => Update(write,
            $"assignee_id = null, assigned_at = null, version = version + 1",
            $"assignee_id is not null and assignee_id = coalesce({release.Of}, assignee_id)"),
        WorkAction.Move move => Update(write,
            $"stage_id = {move.StageId}, stage_since = {write.Now}, version = version + 1",
            $"""
            stage_id <> {move.StageId} and exists (
                select 1 from stage s where s.organization_id = conversation.organization_id and s.id = {move.StageId}
                    and s.retired_at is null)
            """),
        WorkAction.Snooze snooze => Update(write,
            $"snoozed_until = {snooze.Until}, version = version + 1", $"snoozed_until is distinct from {snooze.Until}"),
        WorkAction.Wake => Update(write, $"snoozed_until = null, version = version + 1", $"snoozed_until is not null"),
        WorkAction.AddLabels add => Update(write, Touch, $"{AllKnown(write, add.LabelIds)} and {LacksOneOf(add.LabelIds)}"),
        WorkAction.RemoveLabels remove => Update(write, Touch, $"exists (select 1 {LabelsOf} and l.label_id in {In(remove.LabelIds)})"),
        WorkAction.SetLabels set => Update(write, Touch, $"""
            {AllKnown(write, set.LabelIds)}
            and ({LacksOneOf(set.LabelIds)} or exists (select 1 {LabelsOf} and l.label_id not in {In(set.LabelIds)}))
            """),
        WorkAction.Read => Update(write,
            $"read_position = {Position(write)}, unread_count = 0", $"unread_count > 0"),
        WorkAction.ReadThrough through => ReadBehind(write,
            $"""
            (select m.position from message m
             where m.organization_id = conversation.organization_id and m.conversation_id = conversation.id and m.id = {through.MessageId})
            """,
            $"read_position <"),
        WorkAction.Unread => ReadBehind(write,
            $"""
            (select max(t.position) - 1 from message t
             where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id
               and {ConversationStore.Counted})
            """,
            $"unread_count = 0 and read_position >"),
        _ => throw new UnreachableException(),
    };

    private static readonly Sql Touch = $"version = version + 1";

    private static readonly SqlText LabelsOf = new("""
        from conversation_label l where l.organization_id = conversation.organization_id and l.conversation_id = conversation.id
        """);

    private static Sql Update(WorkWrite write, Sql change, Sql condition) => $"""
        update conversation set {change}
        where organization_id = {write.OrganizationId} and merged_into_id is null
          and id in {In(write.Conversations)} and version = coalesce({write.Version}, version) and {condition}
        returning id, line_id
        """;

    private static Sql Assign(WorkWrite write, Guid userId, Sql condition) =>
        Update(write, $"assignee_id = {userId}, assigned_at = {write.Now}, version = version + 1", condition);

    /// <param name="condition">Ends where the new position follows.</param>
    private static Sql ReadBehind(WorkWrite write, Sql position, Sql condition) => Update(write,
        $"""
        read_position = {position},
        unread_count = (
            select count(*) from message t
            where t.organization_id = conversation.organization_id and t.conversation_id = conversation.id and {ConversationStore.Counted}
              and t.position > {position})
        """,
        $"{condition} {position}");

    private static Sql Position(WorkWrite write) =>
        $"(select p.position from event_position p where p.organization_id = {write.OrganizationId})";

    /// <summary>A label that does not exist makes the whole wish void, not a part of it.</summary>
    private static Sql AllKnown(WorkWrite write, IReadOnlyList<Guid> labels) => $"""
        (select count(*) from label k where k.organization_id = {write.OrganizationId} and k.id in {In(labels)}) = {(long)labels.Count}
        """;

    private static Sql LacksOneOf(IReadOnlyList<Guid> labels) =>
        $"(select count(*) {LabelsOf} and l.label_id in {In(labels)}) < {(long)labels.Count}";

    private static IEnumerable<Sql> LabelRows(WorkWrite write, Rows changed)
    {
        if (write.Action is WorkAction.RemoveLabels remove)
            yield return Delete($"label_id in {In(remove.LabelIds)}");
        if (write.Action is WorkAction.SetLabels set)
            yield return Delete($"label_id not in {In(set.LabelIds)}");
        var wanted = (write.Action as WorkAction.SetLabels)?.LabelIds ?? (write.Action as WorkAction.AddLabels)?.LabelIds;
        if (wanted is not { Count: > 0 } added)
            yield break;
        Rows labels = Rows.Of("k", added).Uuid("id", id => id);
        yield return Sql.Of($"""
            insert into conversation_label (organization_id, conversation_id, label_id, added_by, added_at)
            select {write.OrganizationId}, r.id, k.id, {write.UserId}, {write.Now} from {changed} cross join {labels}
            where true on conflict (organization_id, conversation_id, label_id) do nothing
            """);

        Sql Delete(Sql which) => $"""
            delete from conversation_label
            where organization_id = {write.OrganizationId} and conversation_id in (select r.id from {changed}) and {which}
            """;
    }

    private static Sql In(IReadOnlyList<Guid> ids)
    {
        Rows rows = Rows.Of("i", ids).Uuid("id", id => id);
        return $"(select i.id from {rows})";
    }
}
