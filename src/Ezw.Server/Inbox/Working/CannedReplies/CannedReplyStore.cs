using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Identity;

namespace Ezw.Inbox.Working.CannedReplies;

/// <summary>SQL of canned replies. A shared one belongs to the empty id.</summary>
internal static class CannedReplyStore
{
    /// <summary>The caller's own and the shared ones, by shortcut.</summary>
    public static Task<List<CannedReplyView>> ListAsync(DbSession db, Caller caller, Guid? only, CancellationToken ct) => db.QueryAsync($"""
        select id, shortcut, title, body, case when owner_id = {Guid.Empty} then 1 else 0 end, version from canned_reply
        where organization_id = {caller.OrganizationId} and owner_id in ({Guid.Empty}, {caller.UserId}) and id = coalesce({only}, id)
        order by shortcut, id
        """, row => new CannedReplyView(
            row.Uuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.Truth(4), row.GetInt64(5)), ct);

    /// <summary>False when another one of the same owner has this shortcut.</summary>
    public static async Task<bool> AddAsync(DbSession db, Caller caller, CannedReplyView reply, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            insert into canned_reply (organization_id, id, owner_id, shortcut, title, body, created_at)
            values ({caller.OrganizationId}, {reply.Id}, {(reply.Shared ? Guid.Empty : caller.UserId)}, {reply.Shortcut}, {reply.Title},
                {reply.Body}, {now})
            on conflict (organization_id, owner_id, shortcut) do nothing
            """, ct) == 1;

    public static async Task<bool> ChangeAsync(
        DbSession db, Caller caller, Guid replyId, CannedReplyChange change, long? version, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update canned_reply set shortcut = coalesce({change.Shortcut}, shortcut), title = coalesce({change.Title}, title),
                body = coalesce({change.Body}, body), version = version + 1
            where organization_id = {caller.OrganizationId} and id = {replyId} and version = coalesce({version}, version)
              and not exists (
                select 1 from canned_reply o
                where o.organization_id = canned_reply.organization_id and o.owner_id = canned_reply.owner_id
                  and o.id <> canned_reply.id and o.shortcut = {change.Shortcut})
            """, ct) == 1;

    public static Task DeleteAsync(DbSession db, Guid organizationId, Guid replyId, CancellationToken ct) =>
        db.ExecuteAsync($"delete from canned_reply where organization_id = {organizationId} and id = {replyId}", ct);

    /// <summary>What the variables stand for in a conversation.</summary>
    public static async Task<ReplyNames> NamesAsync(DbSession db, Caller caller, Guid conversationId, CancellationToken ct) =>
        (await db.FirstAsync($"""
            select coalesce(n.display_name, n.push_name), u.display_name, l.display_name
            from conversation c
            join contact n on n.organization_id = c.organization_id and n.id = c.contact_id
            join line l on l.organization_id = c.organization_id and l.id = c.line_id
            join user_account u on u.id = {caller.UserId}
            where c.organization_id = {caller.OrganizationId} and c.id = {conversationId}
            """, row => new ReplyNames(row.TextOrNull(0), row.GetString(1), row.GetString(2)), ct))!;
}
