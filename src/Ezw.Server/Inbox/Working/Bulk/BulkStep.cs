using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Inbox.Working.Stages;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>
/// One step of a job, in one transaction with its bookkeeping: a page of the filter becomes items, or a chunk of items is done. A crash
/// leaves the step either whole or undone, so that no item is done twice.
/// </summary>
internal static class BulkStep
{
    private const int FilterPage = 1_000;

    /// <summary>Bounds how long a step holds the organization's lock.</summary>
    private const int ChunkSize = 200;

    /// <summary>False when the job has ended.</summary>
    public static Task<bool> RunAsync(DbSession db, BulkJob job, long now, CancellationToken ct) => job switch
    {
        { RetiresStage: true } => RetireAsync(db, job, now, ct),
        { Filter: not null } => FollowFilterAsync(db, job, ct),
        _ => WorkAsync(db, job, now, ct),
    };

    private static async Task<bool> RetireAsync(DbSession db, BulkJob job, long now, CancellationToken ct)
    {
        var moved = await StageRetirement.StepAsync(
            db, job.OrganizationId, job.Action.StageId!.Value, job.Action.MoveTo!.Value, now, ct);
        await BulkJobStore.CountAsync(db, job, moved, 0, 0, ct);
        return moved == StageRetirement.BatchSize || await EndAsync(db, job, now, ct);
    }

    private static async Task<bool> FollowFilterAsync(DbSession db, BulkJob job, CancellationToken ct)
    {
        // Only what the asker may see becomes an item: the list of items must not tell of anything else.
        var page = await AskerAsync(db, job, ct) is { } asker
            ? await WorkFilterStore.ListAsync(db, asker, job.Filter!, job.FilteredThrough ?? Guid.Empty, FilterPage, ct)
            : [];
        await BulkItemStore.AddAsync(db, job, page, ct);
        await BulkJobStore.FollowedAsync(
            db, job, page.Count > 0 ? page[^1] : null, page.Count, page.Count < FilterPage, ct);
        return true;
    }

    private static async Task<bool> WorkAsync(DbSession db, BulkJob job, long now, CancellationToken ct)
    {
        var pending = await BulkItemStore.PendingAsync(db, job, ChunkSize, ct);
        if (pending.Count == 0)
            return await EndAsync(db, job, now, ct);
        var results = await DoAsync(db, job, pending, now, ct);
        await BulkItemStore.FinishAsync(db, job, results, ct);
        await BulkJobStore.CountAsync(db, job, Count("done"), Count("failed"), Count("skipped"), ct);
        return true;

        long Count(string state) => results.Count(result => result.State == state);
    }

    /// <summary>What the asker may do is looked up now: a permission that was taken away since they asked is gone.</summary>
    private static async Task<List<BulkResult>> DoAsync(
        DbSession db, BulkJob job, List<Guid> conversations, long now, CancellationToken ct)
    {
        if (await AskerAsync(db, job, ct) is not { } asker)
            return conversations.ConvertAll(id => BulkResult.Failed(id, "forbidden"));
        var visible = (await WorkAccessStore.ListAsync(db, asker, conversations, ct)).ToDictionary(found => found.AskedFor);
        var targets = visible.Values.Where(found => found.MayOperate).Select(found => found.Id).Distinct().ToList();
        var action = BulkActions.Read(job.Action);
        var changed = (await WorkChanges.ApplyAsync(
            db, new WorkWrite(job.OrganizationId, job.UserId, action, targets, null, now), ct)).Select(one => one.Id).ToHashSet();
        var untouched = (await WorkStore.ReadAsync(db, job.OrganizationId, [.. targets.Where(id => !changed.Contains(id))], ct))
            .ToDictionary(work => work.Id);
        return conversations.ConvertAll(id => visible.GetValueOrDefault(id) switch
        {
            null => BulkResult.Failed(id, "not_found"),
            { MayOperate: false } => BulkResult.Failed(id, "forbidden"),
            var found when changed.Contains(found.Id) => BulkResult.Done(id),
            var found => BulkResult.Of(id, action.Explain(untouched[found.Id], null)),
        });
    }

    private static async Task<bool> EndAsync(DbSession db, BulkJob job, long now, CancellationToken ct)
    {
        await BulkJobStore.EndAsync(db, job.OrganizationId, job.Id, "done", now, ct);
        await BulkJobs.TellAsync(db, job.OrganizationId, job.Id, "done", now, ct);
        return false;
    }

    private static async Task<Caller?> AskerAsync(DbSession db, BulkJob job, CancellationToken ct) =>
        await AccessStore.OfUserAsync(db, job.UserId, job.OrganizationId, ct) is { Disabled: false, Role: { } role } access
            ? new Caller(job.OrganizationId, job.UserId, access.Email, role)
            : null;
}
