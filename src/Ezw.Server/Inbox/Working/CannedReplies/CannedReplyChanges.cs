using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.CannedReplies;

/// <summary>Makes, changes and removes canned replies. Callers have checked the texts.</summary>
internal sealed class CannedReplyChanges(Database database, TimeProvider time)
{
    /// <summary>That one person sees: their own and the shared ones.</summary>
    private const int MaxReplies = 1_000;

    public Task<EditOutcome<CannedReplyView>> AddAsync(Caller caller, NewCannedReply wanted, CancellationToken ct) =>
        EventStore.WriteAsync<EditOutcome<CannedReplyView>>(database, caller.OrganizationId, async db =>
        {
            if (wanted.Shared && !caller.Manages)
                return new EditOutcome<CannedReplyView>.Forbidden();
            if ((await CannedReplyStore.ListAsync(db, caller, null, ct)).Count >= MaxReplies)
                return new EditOutcome<CannedReplyView>.Full(MaxReplies);
            var reply = new CannedReplyView(Ids.New(time), wanted.Shortcut, wanted.Title.Trim(), wanted.Body, wanted.Shared, 1);
            if (!await CannedReplyStore.AddAsync(db, caller, reply, time.NowMs(), ct))
                return new EditOutcome<CannedReplyView>.Taken();
            await TellAsync(db, caller, reply.Id, WorkEvents.Created, ct);
            return new EditOutcome<CannedReplyView>.Saved(reply);
        }, ct);

    public Task<EditOutcome<CannedReplyView>> ChangeAsync(
        Caller caller, Guid replyId, CannedReplyChange change, long? version, CancellationToken ct) =>
        WriteAsync<CannedReplyView>(caller, replyId, async db =>
        {
            var changed = await CannedReplyStore.ChangeAsync(db, caller, replyId, change, version, ct);
            var current = (await CannedReplyStore.ListAsync(db, caller, replyId, ct))[0];
            if (!changed)
                return version is { } read && read != current.Version
                    ? new EditOutcome<CannedReplyView>.Stale(current)
                    : new EditOutcome<CannedReplyView>.Taken();
            await TellAsync(db, caller, replyId, WorkEvents.Changed, ct);
            return new EditOutcome<CannedReplyView>.Saved(current);
        }, ct);

    public Task<EditOutcome<bool>> DeleteAsync(Caller caller, Guid replyId, CancellationToken ct) =>
        WriteAsync<bool>(caller, replyId, async db =>
        {
            await CannedReplyStore.DeleteAsync(db, caller.OrganizationId, replyId, ct);
            await TellAsync(db, caller, replyId, WorkEvents.Deleted, ct);
            return new EditOutcome<bool>.Saved(true);
        }, ct);

    private Task<EditOutcome<T>> WriteAsync<T>(
        Caller caller, Guid replyId, Func<DbSession, Task<EditOutcome<T>>> write, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
            (await CannedReplyStore.ListAsync(db, caller, replyId, ct)).FirstOrDefault() switch
            {
                null => new EditOutcome<T>.NotFound(),
                { Shared: true } when !caller.Manages => new EditOutcome<T>.Forbidden(),
                _ => await write(db),
            }, ct);

    private Task TellAsync(DbSession db, Caller caller, Guid replyId, string what, CancellationToken ct) => EventStore.AppendAsync(
        db, [new(caller.OrganizationId, WorkEvents.CannedReplyChanged, null, null, replyId, what, time.NowMs())], ct);
}
