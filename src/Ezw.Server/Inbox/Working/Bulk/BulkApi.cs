using Ezw.Client;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>Handlers of /api/bulk: one wish for many conversations. Who asked sees the job, and owners and admins.</summary>
internal static class BulkApi
{
    public static async Task<Results<Accepted<BulkJobView>, ProblemHttpResult>> Create(
        NewBulkJob input, Caller caller, BulkJobs jobs, TimeProvider time, CancellationToken ct)
    {
        if (BulkActions.Refusal(input, time) is { } refusal)
            return refusal;
        return await jobs.AddAsync(caller, input, ct) is { } job ? Accepted(job) : WorkProblems.LimitReached(BulkJobs.MaxOpen);
    }

    public static async Task<Results<Ok<BulkJobView>, ProblemHttpResult>> Get(
        Guid jobId, Caller caller, BulkJobs jobs, CancellationToken ct) =>
        await jobs.FindAsync(caller, jobId, ct) is { } job ? TypedResults.Ok(job) : Problems.NotFound();

    public static async Task<Results<Ok<Page<BulkItemView>>, ProblemHttpResult>> Items(
        Guid jobId, string? state, string? cursor, int? limit, Caller caller, Database database, CancellationToken ct)
    {
        if (state is not (null or "pending" or "done" or "failed" or "skipped"))
            return Problems.Invalid("state", "state is pending, done, failed or skipped.");
        if (Paging.Refusal(caller.OrganizationId, cursor, limit, out var paging) is { } refusal)
            return refusal;
        await using var db = await database.ReadAsync(ct);
        if (await BulkJobStore.FindAsync(db, caller, jobId, ct) is null)
            return Problems.NotFound();
        var items = await BulkItemStore.ListAsync(
            db, caller.OrganizationId, jobId, state, paging.After ?? Guid.Empty, paging.Size + 1, ct);
        return TypedResults.Ok(paging.PageOf(items, item => item.ConversationId));
    }

    public static async Task<Results<NoContent, ProblemHttpResult>> Cancel(
        Guid jobId, Caller caller, BulkJobs jobs, CancellationToken ct) =>
        await jobs.CancelAsync(caller, jobId, ct) ? TypedResults.NoContent() : Problems.NotFound();

    public static Accepted<BulkJobView> Accepted(BulkJobView job) => TypedResults.Accepted($"/api/bulk/{job.Id}", job);
}
