using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Identity;
using Ezw.Inbox.Working.Stages;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>Takes jobs in and cancels them. <see cref="BulkWorker"/> does them.</summary>
internal sealed class BulkJobs(Database database, Wakeups wakeups, TimeProvider time)
{
    /// <summary>Of one organization, not yet ended.</summary>
    public const int MaxOpen = 20;

    /// <summary>Null when too many are open.</summary>
    public async Task<BulkJobView?> AddAsync(Caller caller, NewBulkJob wanted, CancellationToken ct)
    {
        var conversations = wanted.Target.ConversationIds?.Distinct().ToList();
        var job = new BulkJob(caller.OrganizationId, Ids.New(time), caller.UserId, wanted.Action, wanted.Target.Filter, null);
        var view = await EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if (await BulkJobStore.OpenCountAsync(db, caller.OrganizationId, ct) >= MaxOpen)
                return null;
            await BulkJobStore.AddAsync(db, job, conversations?.Count, time.NowMs(), ct);
            if (conversations is not null)
                await BulkItemStore.AddAsync(db, job, conversations, ct);
            await TellAsync(db, caller.OrganizationId, job.Id, "queued", time.NowMs(), ct);
            return await BulkJobStore.FindAsync(db, caller, job.Id, ct);
        }, ct);
        Wake(job.Id);
        return view;
    }

    /// <summary>A job that empties a stage and deletes it, in the transaction that retired it. Its id.</summary>
    public async Task<Guid> RetireAsync(DbSession db, Caller caller, Guid stageId, Guid moveTo, CancellationToken ct)
    {
        var action = new BulkAction(BulkJob.RetireStage, StageId: stageId, MoveTo: moveTo);
        var job = new BulkJob(caller.OrganizationId, Ids.New(time), caller.UserId, action, null, null);
        await BulkJobStore.AddAsync(
            db, job, await BoardStore.ConversationCountAsync(db, caller.OrganizationId, stageId, ct), time.NowMs(), ct);
        await TellAsync(db, caller.OrganizationId, job.Id, "queued", time.NowMs(), ct);
        return job.Id;
    }

    public async Task<BulkJobView?> FindAsync(Caller caller, Guid jobId, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await BulkJobStore.FindAsync(db, caller, jobId, ct);
    }

    /// <summary>What is done stays done. False when there is no such job.</summary>
    public Task<bool> CancelAsync(Caller caller, Guid jobId, CancellationToken ct) =>
        EventStore.WriteAsync(database, caller.OrganizationId, async db =>
        {
            if (await BulkJobStore.FindAsync(db, caller, jobId, ct) is null)
                return false;
            if (!await BulkJobStore.EndAsync(db, caller.OrganizationId, jobId, "canceled", time.NowMs(), ct))
                return true;
            await BoardStore.ReviveAsync(db, caller.OrganizationId, jobId, ct);
            await TellAsync(db, caller.OrganizationId, jobId, "canceled", time.NowMs(), ct);
            return true;
        }, ct);

    /// <summary>Ends a job whose steps fail: what is left of it has failed. A stage that it should have emptied stays.</summary>
    public Task GiveUpAsync(OpenJob job, CancellationToken ct) => EventStore.WriteAsync(database, job.OrganizationId, async db =>
    {
        await BulkItemStore.FailPendingAsync(db, job, ct);
        await BoardStore.ReviveAsync(db, job.OrganizationId, job.Id, ct);
        if (await BulkJobStore.EndAsync(db, job.OrganizationId, job.Id, "done", time.NowMs(), ct))
            await TellAsync(db, job.OrganizationId, job.Id, "done", time.NowMs(), ct);
        return true;
    }, ct);

    public void Wake(Guid jobId) => wakeups.Wake(BulkWorker.Topic, jobId);

    public static Task TellAsync(DbSession db, Guid organizationId, Guid jobId, string state, long now, CancellationToken ct) =>
        EventStore.AppendAsync(db, [new(organizationId, WorkEvents.BulkChanged, null, null, jobId, state, now)], ct);
}
