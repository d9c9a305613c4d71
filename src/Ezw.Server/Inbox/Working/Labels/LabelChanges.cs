using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Labels;

/// <summary>Makes, changes and removes labels. Callers have checked names and colors.</summary>
internal sealed class LabelChanges(Database database, TimeProvider time)
{
    private const int MaxLabels = 500;

    /// <summary>Conversations that lose a label in one transaction: their number is not bounded, the organization's lock must be.</summary>
    private const int BatchSize = 1_000;

    public Task<EditOutcome<LabelView>> AddAsync(Caller caller, string name, string color, CancellationToken ct) =>
        EventStore.WriteAsync<EditOutcome<LabelView>>(database, caller.OrganizationId, async db =>
        {
            var label = new LabelView(Ids.New(time), name, color, 1);
            if ((await LabelStore.ListAsync(db, caller.OrganizationId, null, ct)).Count >= MaxLabels)
                return new EditOutcome<LabelView>.Full(MaxLabels);
            if (!await LabelStore.AddAsync(db, caller.OrganizationId, label, time.NowMs(), ct))
                return new EditOutcome<LabelView>.Taken();
            await TellAsync(db, caller, label.Id, WorkEvents.Created, ct);
            return new EditOutcome<LabelView>.Saved(label);
        }, ct);

    public Task<EditOutcome<LabelView>> ChangeAsync(
        Caller caller, Guid labelId, string? name, string? color, long? version, CancellationToken ct) =>
        EventStore.WriteAsync<EditOutcome<LabelView>>(database, caller.OrganizationId, async db =>
        {
            var changed = await LabelStore.ChangeAsync(db, caller.OrganizationId, labelId, name, color, version, ct);
            if ((await LabelStore.ListAsync(db, caller.OrganizationId, labelId, ct)).FirstOrDefault() is not { } current)
                return new EditOutcome<LabelView>.NotFound();
            if (!changed)
                return version is { } read && read != current.Version
                    ? new EditOutcome<LabelView>.Stale(current)
                    : new EditOutcome<LabelView>.Taken();
            await TellAsync(db, caller, labelId, WorkEvents.Changed, ct);
            return new EditOutcome<LabelView>.Saved(current);
        }, ct);

    public async Task<EditOutcome<bool>> DeleteAsync(Caller caller, Guid labelId, CancellationToken ct)
    {
        while (await EventStore.WriteAsync(database, caller.OrganizationId, TakeOffAsync, ct) == BatchSize)
            ct.ThrowIfCancellationRequested();
        return await EventStore.WriteAsync<EditOutcome<bool>>(database, caller.OrganizationId, async db =>
        {
            if (!await LabelStore.DeleteAsync(db, caller.OrganizationId, labelId, ct))
                return new EditOutcome<bool>.NotFound();
            await TellAsync(db, caller, labelId, WorkEvents.Deleted, ct);
            return new EditOutcome<bool>.Saved(true);
        }, ct);

        Task<int> TakeOffAsync(DbSession db) => LabelStore.TakeOffAsync(db, caller.OrganizationId, labelId, BatchSize, ct);
    }

    private Task TellAsync(DbSession db, Caller caller, Guid labelId, string what, CancellationToken ct) => EventStore.AppendAsync(
        db, [new(caller.OrganizationId, WorkEvents.LabelChanged, null, null, labelId, what, time.NowMs())], ct);
}
