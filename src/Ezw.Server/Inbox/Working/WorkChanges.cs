using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working;

/// <summary>Does what a person asks about conversations and logs it, in one transaction under the organization's lock.</summary>
internal sealed class WorkChanges(Database database, TimeProvider time)
{
    /// <param name="version">What the caller had read, if they told.</param>
    public Task<WorkOutcome> ApplyAsync(Caller caller, Guid conversationId, WorkAction action, long? version, CancellationToken ct) =>
        EventStore.WriteAsync<WorkOutcome>(database, caller.OrganizationId, async db =>
        {
            if (await WorkAccessStore.FindAsync(db, caller, conversationId, ct) is not { } conversation)
                return new WorkOutcome.NotFound();
            if (!conversation.MayOperate)
                return new WorkOutcome.MayOnlySee();
            if (action is WorkAction.ReadThrough through
                && !await WorkStore.HasMessageAsync(db, caller.OrganizationId, conversation.Id, through.MessageId, ct))
                return new WorkOutcome.NoSuchMessage();
            var changed = await ApplyAsync(
                db, new WorkWrite(caller.OrganizationId, caller.UserId, action, [conversation.Id], version, time.NowMs()), ct);
            var current = await WorkStore.ReadAsync(db, caller.OrganizationId, conversation.Id, ct);
            return changed.Count > 0 ? new WorkOutcome.Changed(current) : action.Explain(current, version);
        }, ct);

    /// <summary>In the caller's transaction, which holds the organization's lock. Returns what changed.</summary>
    public static async Task<List<ChangedConversation>> ApplyAsync(DbSession db, WorkWrite write, CancellationToken ct)
    {
        var changed = await WorkActionStore.ApplyAsync(db, write, ct);
        if (changed.Count > 0)
            await EventStore.AppendAsync(db, changed.ConvertAll(conversation => new NewEvent(
                write.OrganizationId, write.Action.EventKind, conversation.LineId, conversation.Id, conversation.Id,
                write.Action.EventDetail, write.Now)), ct);
        return changed;
    }
}
