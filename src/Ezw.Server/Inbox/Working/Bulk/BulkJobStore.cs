using System.Text.Json;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>SQL of jobs for many conversations.</summary>
internal static class BulkJobStore
{
    public static async Task<long> OpenCountAsync(DbSession db, Guid organizationId, CancellationToken ct) => (await db.QueryAsync($"""
        select count(*) from bulk_job where organization_id = {organizationId} and finished_at is null
        """, row => row.GetInt64(0), ct))[0];

    public static Task AddAsync(DbSession db, BulkJob job, long? total, long now, CancellationToken ct) => db.ExecuteAsync($"""
        insert into bulk_job (organization_id, id, user_id, action, filter, retires_stage_id, state, total, created_at)
        values ({job.OrganizationId}, {job.Id}, {job.UserId}, {Write(job.Action)}, {(job.Filter is null ? null : Write(job.Filter))},
            {(job.RetiresStage ? job.Action.StageId : null)}, 'queued', {total}, {now})
        """, ct);

    public static Task<BulkJobView?> FindAsync(DbSession db, Caller caller, Guid jobId, CancellationToken ct) => db.FirstAsync($"""
        select id, user_id, action, state, total, done, failed, skipped, created_at, finished_at from bulk_job
        where organization_id = {caller.OrganizationId} and id = {jobId} and (user_id = {caller.UserId} or {(caller.Manages ? 1L : 0L)} = 1)
        """, row => new BulkJobView(
            row.Uuid(0), row.Uuid(1), Read<BulkAction>(row.GetString(2)), row.GetString(3), row.NumberOrNull(4), row.GetInt64(5),
            row.GetInt64(6), row.GetInt64(7), Time(row.GetInt64(8)), row.NumberOrNull(9) is { } at ? Time(at) : null), ct);

    /// <summary>Jobs that somebody should work on, those that fail last. System duty: crosses organizations.</summary>
    public static Task<List<OpenJob>> OpenAsync(DbSession db, Guid nodeId, long limit, CancellationToken ct) => db.QueryAsync($"""
        select organization_id, id, attempts from bulk_job
        where finished_at is null and (node_id = {nodeId} or lease_until < {db.Dialect.Now}) order by attempts, id limit {limit}
        """, row => new OpenJob(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), ct);

    /// <summary>Takes the job for a step, or keeps it; false when it has ended or another node holds it. Counts the attempt.</summary>
    public static async Task<bool> HoldAsync(DbSession db, OpenJob job, Guid nodeId, long leaseMs, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update bulk_job set node_id = {nodeId}, lease_until = {db.Dialect.Now} + {leaseMs}, state = 'working', attempts = attempts + 1
            where organization_id = {job.OrganizationId} and id = {job.Id} and finished_at is null
              and (node_id = {nodeId} or lease_until < {db.Dialect.Now})
            """, ct) == 1;

    /// <summary>
    /// The job, if this node still holds it, in the transaction of the step: with the step's commit the attempt has succeeded.
    /// </summary>
    public static Task<BulkJob?> BeginAsync(DbSession db, OpenJob job, Guid nodeId, CancellationToken ct) => db.FirstAsync($"""
        update bulk_job set attempts = 0
        where organization_id = {job.OrganizationId} and id = {job.Id} and finished_at is null and node_id = {nodeId}
        returning user_id, action, filter, filtered_through
        """, row => new BulkJob(
            job.OrganizationId, job.Id, row.Uuid(0), Read<BulkAction>(row.GetString(1)),
            row.TextOrNull(2) is { } filter ? Read<WorkFilter>(filter) : null, row.UuidOrNull(3)), ct);

    /// <summary>Notes how far the filter was followed; after the last page the total is known.</summary>
    public static Task FollowedAsync(DbSession db, BulkJob job, Guid? through, long found, bool last, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update bulk_job set items = items + {found}, filtered_through = coalesce({through}, filtered_through),
                filter = case when {(last ? 1L : 0L)} = 1 then null else filter end,
                total = case when {(last ? 1L : 0L)} = 1 then items + {found} end
            where organization_id = {job.OrganizationId} and id = {job.Id}
            """, ct);

    public static Task CountAsync(DbSession db, BulkJob job, long done, long failed, long skipped, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update bulk_job set done = done + {done}, failed = failed + {failed}, skipped = skipped + {skipped}
            where organization_id = {job.OrganizationId} and id = {job.Id}
            """, ct);

    public static async Task<bool> EndAsync(
        DbSession db, Guid organizationId, Guid jobId, string state, long now, CancellationToken ct) => await db.ExecuteAsync($"""
        update bulk_job set state = {state}, finished_at = {now}, total = coalesce(total, done + failed + skipped)
        where organization_id = {organizationId} and id = {jobId} and finished_at is null
        """, ct) == 1;

    /// <summary>System duty: crosses organizations.</summary>
    public static Task<List<OpenJob>> EndedBeforeAsync(DbSession db, long before, long limit, CancellationToken ct) => db.QueryAsync($"""
        select organization_id, id from bulk_job where finished_at < {before} order by finished_at limit {limit}
        """, row => new OpenJob(row.Uuid(0), row.Uuid(1), 0), ct);

    public static Task DeleteAsync(DbSession db, Guid organizationId, Guid jobId, CancellationToken ct) =>
        db.ExecuteAsync($"delete from bulk_job where organization_id = {organizationId} and id = {jobId}", ct);

    private static string Write<T>(T value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);

    private static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!;

    private static DateTimeOffset Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
