using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Stages;

/// <summary>Makes and changes the columns of the board. Callers have checked names and categories.</summary>
internal sealed class StageChanges(Database database, TimeProvider time)
{
    private const int MaxStages = 50;

    public Task<EditOutcome<StageView>> AddAsync(Caller caller, string name, string category, CancellationToken ct) =>
        EventStore.WriteAsync<EditOutcome<StageView>>(database, caller.OrganizationId, async db =>
        {
            var stages = await BoardStore.ListAsync(db, caller.OrganizationId, ct);
            if (stages.Count >= MaxStages)
                return new EditOutcome<StageView>.Full(MaxStages);
            var stage = new StageView(Ids.New(time), name, category, stages[^1].Rank + 1, false, 1);
            await BoardStore.AddAsync(db, caller.OrganizationId, stage, time.NowMs(), ct);
            await TellAsync(db, caller, WorkEvents.StageChanged, stage.Id, WorkEvents.Created, ct);
            return new EditOutcome<StageView>.Saved(stage);
        }, ct);

    public Task<EditOutcome<StageView>> ChangeAsync(
        Caller caller, Guid stageId, string? name, string? category, long? version, CancellationToken ct) =>
        EventStore.WriteAsync<EditOutcome<StageView>>(database, caller.OrganizationId, async db =>
        {
            var changed = await BoardStore.ChangeAsync(db, caller.OrganizationId, stageId, name, category, version, ct);
            if ((await BoardStore.ListAsync(db, caller.OrganizationId, ct)).Find(s => s.Id == stageId) is not { Retiring: false } current)
                return new EditOutcome<StageView>.NotFound();
            if (!changed)
                return version is { } read && read != current.Version
                    ? new EditOutcome<StageView>.Stale(current)
                    : new EditOutcome<StageView>.LastOfCategory();
            await TellAsync(db, caller, WorkEvents.StageChanged, stageId, WorkEvents.Changed, ct);
            return new EditOutcome<StageView>.Saved(current);
        }, ct);

    /// <summary>Null when these are not all stages, each once: somebody added or removed one meanwhile.</summary>
    public Task<List<StageView>?> OrderAsync(Caller caller, IReadOnlyList<Guid> stageIds, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            var stages = await BoardStore.ListAsync(db, caller.OrganizationId, ct);
            if (stageIds.Count != stages.Count || !stages.Select(stage => stage.Id).ToHashSet().SetEquals(stageIds))
                return null;
            await BoardStore.OrderAsync(db, caller.OrganizationId, stageIds, ct);
            await TellAsync(db, caller, WorkEvents.StagesReordered, null, null, ct);
            return (List<StageView>?)await BoardStore.ListAsync(db, caller.OrganizationId, ct);
        }, ct);

    private Task TellAsync(DbSession db, Caller caller, string kind, Guid? stageId, string? what, CancellationToken ct) =>
        EventStore.AppendAsync(db, [new(caller.OrganizationId, kind, null, null, stageId, what, time.NowMs())], ct);
}
