using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Identity.Members;

internal static class OrganizationStore
{
    public static Task OpenAsync(DbSession db, Guid id, string name, long now, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"insert into organization (id, name, created_at) values ({id}, {name}, {now})", cancellationToken);

    public static Task<OrganizationView?> FindAsync(DbSession db, Guid id, CancellationToken cancellationToken) => db.FirstAsync(
        $"select id, name, created_at from organization where id = {id}",
        row => new OrganizationView(row.Uuid(0), row.GetString(1), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(2))),
        cancellationToken);

    /// <summary>False if it has this name already.</summary>
    public static async Task<bool> RenameAsync(DbSession db, Guid id, string name, CancellationToken cancellationToken) =>
        await db.ExecuteAsync($"update organization set name = {name} where id = {id} and name <> {name}", cancellationToken) == 1;
}
