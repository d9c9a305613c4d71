using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working.Bulk;

/// <summary>SQL of the single conversations of a job.</summary>
internal static class BulkItemStore
{
    public static Task AddAsync(DbSession db, BulkJob job, IReadOnlyList<Guid> conversations, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", conversations).Uuid("id", id => id);
        return db.ExecuteAsync($"""
            insert into bulk_item (organization_id, job_id, conversation_id, state)
            select {job.OrganizationId}, {job.Id}, r.id, 'pending' from {rows}
            where true on conflict (organization_id, job_id, conversation_id) do nothing
            """, ct);
    }

    public static Task<List<Guid>> PendingAsync(DbSession db, BulkJob job, long limit, CancellationToken ct) => db.QueryAsync($"""
        select conversation_id from bulk_item
        where organization_id = {job.OrganizationId} and job_id = {job.Id} and state = 'pending' order by conversation_id limit {limit}
        """, row => row.Uuid(0), ct);

    public static Task FinishAsync(DbSession db, BulkJob job, IReadOnlyList<BulkResult> results, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", results).Uuid("id", r => r.ConversationId).Text("state", r => r.State).Text("code", r => r.Code);
        return db.ExecuteAsync($"""
            update bulk_item set state = r.state, code = r.code
            from {rows}
            where bulk_item.organization_id = {job.OrganizationId} and bulk_item.job_id = {job.Id}
              and bulk_item.conversation_id = r.id and bulk_item.state = 'pending'
            """, ct);
    }

    public static async Task FailPendingAsync(DbSession db, OpenJob job, CancellationToken ct)
    {
        var failed = await db.ExecuteAsync($"""
            update bulk_item set state = 'failed', code = 'internal_error'
            where organization_id = {job.OrganizationId} and job_id = {job.Id} and state = 'pending'
            """, ct);
        await db.ExecuteAsync($"""
            update bulk_job set failed = failed + {(long)failed} where organization_id = {job.OrganizationId} and id = {job.Id}
            """, ct);
    }

    public static Task<List<BulkItemView>> ListAsync(
        DbSession db, Guid organizationId, Guid jobId, string? state, Guid after, long limit, CancellationToken ct) => db.QueryAsync($"""
        select conversation_id, state, code from bulk_item
        where organization_id = {organizationId} and job_id = {jobId} and state = coalesce({state}, state) and conversation_id > {after}
        order by conversation_id limit {limit}
        """, row => new BulkItemView(row.Uuid(0), row.GetString(1), row.TextOrNull(2)), ct);

    public static Task<int> DeleteAsync(DbSession db, Guid organizationId, Guid jobId, long limit, CancellationToken ct) =>
        db.ExecuteAsync($"""
            delete from bulk_item
            where organization_id = {organizationId} and job_id = {jobId} and conversation_id in (
                select i.conversation_id from bulk_item i where i.organization_id = {organizationId} and i.job_id = {jobId} limit {limit})
            """, ct);
}
