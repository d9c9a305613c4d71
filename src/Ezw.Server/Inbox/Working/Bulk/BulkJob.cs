using Ezw.Client;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>A job that this node holds for one step.</summary>
/// <param name="Filter">Which conversations are meant, until all of them are items.</param>
/// <param name="FilteredThrough">The last conversation that became an item.</param>
internal sealed record BulkJob(
    Guid OrganizationId, Guid Id, Guid UserId, BulkAction Action, WorkFilter? Filter, Guid? FilteredThrough)
{
    public const string RetireStage = "retireStage";

    public bool RetiresStage => Action.Type == RetireStage;
}

/// <summary>A job that waits for somebody.</summary>
/// <param name="Attempts">Steps that were begun since the last one that succeeded.</param>
internal sealed record OpenJob(Guid OrganizationId, Guid Id, long Attempts);

/// <summary>What became of one conversation of a job.</summary>
/// <param name="State">done, failed or skipped.</param>
internal sealed record BulkResult(Guid ConversationId, string State, string? Code)
{
    public static BulkResult Done(Guid conversationId) => new(conversationId, "done", null);

    public static BulkResult Failed(Guid conversationId, string code) => new(conversationId, "failed", code);

    /// <param name="outcome">Of a conversation that the action left alone.</param>
    public static BulkResult Of(Guid conversationId, WorkOutcome outcome) => outcome switch
    {
        WorkOutcome.Unchanged => new(conversationId, "skipped", "unchanged"),
        WorkOutcome.NotAssignable => Failed(conversationId, "not_assignable"),
        WorkOutcome.NoSuchStage => Failed(conversationId, "no_such_stage"),
        WorkOutcome.NoSuchLabel => Failed(conversationId, "no_such_label"),
        _ => throw new InvalidOperationException($"A bulk action cannot end as {outcome}."),
    };
}
