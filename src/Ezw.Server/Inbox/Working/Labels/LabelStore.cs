using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working.Labels;

/// <summary>SQL of an organization's labels.</summary>
internal static class LabelStore
{
    /// <summary>By name: there are few.</summary>
    public static Task<List<LabelView>> ListAsync(DbSession db, Guid organizationId, Guid? only, CancellationToken ct) => db.QueryAsync($"""
        select id, name, color, version from label
        where organization_id = {organizationId} and id = coalesce({only}, id) order by name_key
        """, row => new LabelView(row.Uuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), ct);

    /// <summary>False when another label has this name.</summary>
    public static async Task<bool> AddAsync(DbSession db, Guid organizationId, LabelView label, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            insert into label (organization_id, id, name, name_key, color, created_at)
            values ({organizationId}, {label.Id}, {label.Name}, {Key(label.Name)}, {label.Color}, {now})
            on conflict (organization_id, name_key) do nothing
            """, ct) == 1;

    public static async Task<bool> ChangeAsync(
        DbSession db, Guid organizationId, Guid labelId, string? name, string? color, long? version, CancellationToken ct)
    {
        var key = name is null ? null : Key(name);
        return await db.ExecuteAsync($"""
            update label set name = coalesce({name}, name), name_key = coalesce({key}, name_key), color = coalesce({color}, color),
                version = version + 1
            where organization_id = {organizationId} and id = {labelId} and version = coalesce({version}, version)
              and not exists (
                select 1 from label o where o.organization_id = label.organization_id and o.id <> label.id and o.name_key = {key})
            """, ct) == 1;
    }

    /// <summary>Takes the label off some conversations. Returns how many.</summary>
    public static Task<int> TakeOffAsync(DbSession db, Guid organizationId, Guid labelId, long limit, CancellationToken ct) =>
        db.ExecuteAsync($"""
            delete from conversation_label
            where organization_id = {organizationId} and label_id = {labelId} and conversation_id in (
                select c.conversation_id from conversation_label c
                where c.organization_id = {organizationId} and c.label_id = {labelId} limit {limit})
            """, ct);

    public static async Task<bool> DeleteAsync(DbSession db, Guid organizationId, Guid labelId, CancellationToken ct) =>
        await db.ExecuteAsync($"delete from label where organization_id = {organizationId} and id = {labelId}", ct) == 1;

    private static string Key(string name) => name.ToLowerInvariant();
}
