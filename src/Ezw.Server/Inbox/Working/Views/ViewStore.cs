using System.Text.Json;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.Views;

/// <summary>SQL of saved views. A shared one belongs to the empty id.</summary>
internal static class ViewStore
{
    /// <summary>The caller's own and the shared ones, by rank.</summary>
    public static Task<List<SavedView>> ListAsync(DbSession db, Caller caller, Guid? only, CancellationToken ct) => db.QueryAsync($"""
        select id, name, filter, sort, case when owner_id = {Guid.Empty} then 1 else 0 end, rank, version from saved_view
        where organization_id = {caller.OrganizationId} and owner_id in ({Guid.Empty}, {caller.UserId}) and id = coalesce({only}, id)
        order by rank, id
        """, row => new SavedView(
            row.Uuid(0), row.GetString(1), JsonSerializer.Deserialize<WorkFilter>(row.GetString(2), JsonSerializerOptions.Web)!,
            row.GetString(3), row.Truth(4), row.GetInt64(5), row.GetInt64(6)), ct);

    public static Task AddAsync(DbSession db, Caller caller, SavedView view, long now, CancellationToken ct) => db.ExecuteAsync($"""
        insert into saved_view (organization_id, id, owner_id, name, filter, sort, rank, created_at)
        values ({caller.OrganizationId}, {view.Id}, {(view.Shared ? Guid.Empty : caller.UserId)}, {view.Name}, {Write(view.Filter)},
            {view.Sort}, {view.Rank}, {now})
        """, ct);

    public static async Task<bool> ChangeAsync(
        DbSession db, Caller caller, Guid viewId, SavedViewChange change, long? version, CancellationToken ct)
    {
        var filter = change.Filter is null ? null : Write(change.Filter);
        return await db.ExecuteAsync($"""
            update saved_view set name = coalesce({change.Name}, name), filter = coalesce({filter}, filter),
                sort = coalesce({change.Sort}, sort), rank = coalesce({change.Rank}, rank), version = version + 1
            where organization_id = {caller.OrganizationId} and id = {viewId} and version = coalesce({version}, version)
            """, ct) == 1;
    }

    public static Task DeleteAsync(DbSession db, Guid organizationId, Guid viewId, CancellationToken ct) =>
        db.ExecuteAsync($"delete from saved_view where organization_id = {organizationId} and id = {viewId}", ct);

    private static string Write(WorkFilter filter) => JsonSerializer.Serialize(filter, JsonSerializerOptions.Web);
}
