using Ezw.Client;
using Ezw.Messaging;

namespace Ezw.Inbox.Working;

/// <summary>
/// Something a person does about conversations, to one or to many. <see cref="WorkActionStore"/> is its statement, whose conditions
/// decide; <see cref="Explain"/> says what a conversation that it left alone means.
/// </summary>
internal abstract record WorkAction
{
    private WorkAction()
    {
    }

    /// <summary>Takes what nobody has.</summary>
    public sealed record Claim(Guid UserId) : WorkAction;

    /// <param name="Of">Only if it is theirs; null for anybody's.</param>
    public sealed record Release(Guid? Of) : WorkAction;

    public sealed record Assign(Guid UserId) : WorkAction;

    public sealed record Move(Guid StageId) : WorkAction;

    /// <param name="Until">Epoch-milliseconds.</param>
    public sealed record Snooze(long Until) : WorkAction;

    public sealed record Wake : WorkAction;

    public sealed record AddLabels(IReadOnlyList<Guid> LabelIds) : WorkAction;

    public sealed record RemoveLabels(IReadOnlyList<Guid> LabelIds) : WorkAction;

    /// <summary>These and no others.</summary>
    public sealed record SetLabels(IReadOnlyList<Guid> LabelIds) : WorkAction;

    public sealed record Read : WorkAction;

    /// <summary>What arrived after the message stays unread.</summary>
    public sealed record ReadThrough(Guid MessageId) : WorkAction;

    /// <summary>The last message from the contact is unread again.</summary>
    public sealed record Unread : WorkAction;

    public string EventKind => this is Read or ReadThrough or Unread ? MessageEvents.ConversationRead : MessageEvents.ConversationChanged;

    /// <summary>What of the conversation changed, for the event log.</summary>
    public string? EventDetail => this switch
    {
        Claim or Release or Assign => "assignment",
        Move => "stage",
        Snooze or Wake => "snooze",
        AddLabels or RemoveLabels or SetLabels => "labels",
        _ => null,
    };

    /// <param name="current">The conversation after the statement, which did not change it.</param>
    /// <param name="version">What the caller had read, if they told.</param>
    public WorkOutcome Explain(ConversationWork current, long? version)
    {
        if (version is { } read && read != current.Version)
            return new WorkOutcome.Stale(current);
        return this switch
        {
            Claim claim when current.Assignee?.UserId != claim.UserId => new WorkOutcome.AlreadyClaimed(current),
            Release when current.Assignee is not null => new WorkOutcome.SomebodyElses(),
            Assign assign when current.Assignee?.UserId != assign.UserId => new WorkOutcome.NotAssignable(),
            Move move when current.StageId != move.StageId => new WorkOutcome.NoSuchStage(),
            AddLabels add when add.LabelIds.Except(LabelsOf(current)).Any() => new WorkOutcome.NoSuchLabel(),
            SetLabels set when !set.LabelIds.ToHashSet().SetEquals(LabelsOf(current)) => new WorkOutcome.NoSuchLabel(),
            _ => new WorkOutcome.Unchanged(current),
        };
    }

    private static IEnumerable<Guid> LabelsOf(ConversationWork current) => current.Labels.Select(label => label.Id);
}

/// <summary>What became of a <see cref="WorkAction"/> on one conversation.</summary>
internal abstract record WorkOutcome
{
    private WorkOutcome()
    {
    }

    public sealed record Changed(ConversationWork Current) : WorkOutcome;

    /// <summary>It was so already.</summary>
    public sealed record Unchanged(ConversationWork Current) : WorkOutcome;

    public sealed record NotFound : WorkOutcome;

    /// <summary>The caller may see the line and not operate it.</summary>
    public sealed record MayOnlySee : WorkOutcome;

    public sealed record Stale(ConversationWork Current) : WorkOutcome;

    public sealed record AlreadyClaimed(ConversationWork Current) : WorkOutcome;

    public sealed record SomebodyElses : WorkOutcome;

    public sealed record NotAssignable : WorkOutcome;

    public sealed record NoSuchStage : WorkOutcome;

    public sealed record NoSuchLabel : WorkOutcome;

    public sealed record NoSuchMessage : WorkOutcome;
}
