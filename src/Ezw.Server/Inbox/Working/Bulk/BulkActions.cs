using System.Diagnostics;
using Ezw.Client;
using Ezw.Foundation.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>Reads what a job shall do and to which conversations.</summary>
internal static class BulkActions
{
    private const int MaxConversations = 1_000;
    private const int MaxLabels = 50;

    public static ProblemHttpResult? Refusal(NewBulkJob wanted, TimeProvider time)
    {
        var (action, target) = (wanted.Action, wanted.Target);
        if (action is null || !IsSound(action, time))
            return Problems.Invalid("action", "action has a type and the members of that type, and no others.");
        if (target is null || target.ConversationIds is null == (target.Filter is null))
            return Problems.Invalid("target", "target has either conversationIds or a filter.");
        if (target.ConversationIds is { Count: < 1 or > MaxConversations })
            return Problems.Invalid("target.conversationIds", "conversationIds are 1 to 1,000.");
        if (!WorkFilterStore.IsAssignee(target.Filter?.Assignee))
            return Problems.Invalid("target.filter.assignee", "assignee is \"me\", \"none\" or the id of a user.");
        return target.Filter?.Q is null
            ? null
            : Problems.Invalid("target.filter.q", "A job does not take a search; name the conversations.");
    }

    public static WorkAction Read(BulkAction action) => action.Type switch
    {
        "assign" => new WorkAction.Assign(action.UserId!.Value),
        "unassign" => new WorkAction.Release(null),
        "stage" => new WorkAction.Move(action.StageId!.Value),
        "snooze" => new WorkAction.Snooze(action.Until!.Value.ToUnixTimeMilliseconds()),
        "unsnooze" => new WorkAction.Wake(),
        "addLabels" => new WorkAction.AddLabels(Labels(action)),
        "removeLabels" => new WorkAction.RemoveLabels(Labels(action)),
        "setLabels" => new WorkAction.SetLabels(Labels(action)),
        "read" => new WorkAction.Read(),
        "unread" => new WorkAction.Unread(),
        _ => throw new UnreachableException(),
    };

    private static bool IsSound(BulkAction action, TimeProvider time) => action switch
    {
        { Type: "assign", UserId: not null, StageId: null, Until: null, LabelIds: null, MoveTo: null } => true,
        { Type: "stage", UserId: null, StageId: not null, Until: null, LabelIds: null, MoveTo: null } => true,
        { Type: "snooze", UserId: null, StageId: null, Until: { } until, LabelIds: null, MoveTo: null } => WorkApi.MaySleep(until, time),
        { UserId: null, StageId: null, Until: null, MoveTo: null } => action switch
        {
            { Type: "unassign" or "unsnooze" or "read" or "unread", LabelIds: null } => true,
            { Type: "addLabels" or "removeLabels", LabelIds.Count: >= 1 and <= MaxLabels } => true,
            { Type: "setLabels", LabelIds.Count: <= MaxLabels } => true,
            _ => false,
        },
        _ => false,
    };

    private static List<Guid> Labels(BulkAction action) => [.. action.LabelIds!.Distinct()];
}
