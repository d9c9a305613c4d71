using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Working.Bulk;
using Ezw.Messaging;

namespace Ezw.Inbox.Working.Stages;

/// <summary>
/// Deletes a stage and moves its conversations to another. A few move with the request; for many the stage is closed to newcomers and a
/// bulk job empties it, then deletes it.
/// </summary>
internal sealed class StageRetirement(Database database, BulkJobs jobs, TimeProvider time)
{
    public const int BatchSize = 200;

    public async Task<RetirementOutcome> RetireAsync(Caller caller, Guid stageId, Guid? moveTo, CancellationToken ct)
    {
        var outcome = await EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            var stages = await BoardStore.ListAsync(db, caller.OrganizationId, ct);
            if (!stages.Exists(stage => stage.Id == stageId && !stage.Retiring))
                return new RetirementOutcome.NotFound();
            if (moveTo is null ? await BoardStore.HasConversationsAsync(db, caller.OrganizationId, stageId, ct)
                : moveTo == stageId || !stages.Exists(stage => stage.Id == moveTo && !stage.Retiring))
                return new RetirementOutcome.NowhereToMove();
            if (!await BoardStore.RetireAsync(db, caller.OrganizationId, stageId, time.NowMs(), ct))
                return new RetirementOutcome.LastOfCategory();
            if (await StepAsync(db, caller.OrganizationId, stageId, moveTo ?? stageId, time.NowMs(), ct) < BatchSize)
                return new RetirementOutcome.Deleted();
            return new RetirementOutcome.Moving(await jobs.RetireAsync(db, caller, stageId, moveTo!.Value, ct)) as RetirementOutcome;
        }, ct);
        if (outcome is RetirementOutcome.Moving moving)
            jobs.Wake(moving.JobId);
        return outcome;
    }

    /// <summary>Moves some conversations out; deletes the stage once it is empty. Returns how many moved.</summary>
    public static async Task<int> StepAsync(
        DbSession db, Guid organizationId, Guid stageId, Guid moveTo, long now, CancellationToken ct)
    {
        var moved = await BoardStore.EmptyAsync(db, organizationId, stageId, moveTo, now, BatchSize, ct);
        var events = moved.Where(move => !move.MergedAway).Select(move => new NewEvent(
            organizationId, MessageEvents.ConversationChanged, move.Conversation.LineId, move.Conversation.Id, move.Conversation.Id,
            "stage", now)).ToList();
        if (moved.Count < BatchSize)
        {
            await BoardStore.DeleteAsync(db, organizationId, stageId, ct);
            events.Add(new NewEvent(organizationId, WorkEvents.StageChanged, null, null, stageId, WorkEvents.Deleted, now));
        }
        await EventStore.AppendAsync(db, events, ct);
        return moved.Count;
    }
}

internal abstract record RetirementOutcome
{
    private RetirementOutcome()
    {
    }

    public sealed record Deleted : RetirementOutcome;

    /// <summary>Its conversations are moving; the stage goes with the last of them.</summary>
    public sealed record Moving(Guid JobId) : RetirementOutcome;

    public sealed record NotFound : RetirementOutcome;

    /// <summary>It has conversations, and no other stage was named for them.</summary>
    public sealed record NowhereToMove : RetirementOutcome;

    public sealed record LastOfCategory : RetirementOutcome;
}
