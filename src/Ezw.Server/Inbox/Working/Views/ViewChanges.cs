using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Views;

/// <summary>Makes, changes and removes saved views. Callers have checked names and filters.</summary>
internal sealed class ViewChanges(Database database, TimeProvider time)
{
    /// <summary>That one person sees: their own and the shared ones.</summary>
    private const int MaxViews = 200;

    public Task<EditOutcome<SavedView>> AddAsync(Caller caller, NewSavedView wanted, CancellationToken ct) =>
        EventStore.WriteAsync<EditOutcome<SavedView>>(database, caller.OrganizationId, async db =>
        {
            if (wanted.Shared && !caller.Manages)
                return new EditOutcome<SavedView>.Forbidden();
            if ((await ViewStore.ListAsync(db, caller, null, ct)).Count >= MaxViews)
                return new EditOutcome<SavedView>.Full(MaxViews);
            var view = new SavedView(Ids.New(time), wanted.Name.Trim(), wanted.Filter, wanted.Sort, wanted.Shared, wanted.Rank, 1);
            await ViewStore.AddAsync(db, caller, view, time.NowMs(), ct);
            await TellAsync(db, caller, view.Id, WorkEvents.Created, ct);
            return new EditOutcome<SavedView>.Saved(view);
        }, ct);

    public Task<EditOutcome<SavedView>> ChangeAsync(
        Caller caller, Guid viewId, SavedViewChange change, long? version, CancellationToken ct) =>
        WriteAsync<SavedView>(caller, viewId, async db =>
        {
            var changed = await ViewStore.ChangeAsync(db, caller, viewId, change, version, ct);
            var current = (await ViewStore.ListAsync(db, caller, viewId, ct))[0];
            if (!changed)
                return new EditOutcome<SavedView>.Stale(current);
            await TellAsync(db, caller, viewId, WorkEvents.Changed, ct);
            return new EditOutcome<SavedView>.Saved(current);
        }, ct);

    public Task<EditOutcome<bool>> DeleteAsync(Caller caller, Guid viewId, CancellationToken ct) =>
        WriteAsync<bool>(caller, viewId, async db =>
        {
            await ViewStore.DeleteAsync(db, caller.OrganizationId, viewId, ct);
            await TellAsync(db, caller, viewId, WorkEvents.Deleted, ct);
            return new EditOutcome<bool>.Saved(true);
        }, ct);

    private Task<EditOutcome<T>> WriteAsync<T>(
        Caller caller, Guid viewId, Func<DbSession, Task<EditOutcome<T>>> write, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
            (await ViewStore.ListAsync(db, caller, viewId, ct)).FirstOrDefault() switch
            {
                null => new EditOutcome<T>.NotFound(),
                { Shared: true } when !caller.Manages => new EditOutcome<T>.Forbidden(),
                _ => await write(db),
            }, ct);

    private Task TellAsync(DbSession db, Caller caller, Guid viewId, string what, CancellationToken ct) => EventStore.AppendAsync(
        db, [new(caller.OrganizationId, WorkEvents.ViewChanged, null, null, viewId, what, time.NowMs())], ct);
}
