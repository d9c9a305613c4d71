using System.Data.Common;
using Ezw.ChatExports.Headers;
using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.History;

/// <summary>
/// The jobs of imports: asked for, taken by one node at a time under a lease, finished. A phone's past is shown beside them and may be
/// stopped like them; nobody takes it, because it comes by itself.
/// </summary>
internal static class HistoryStore
{
    public static Task InsertAsync(DbSession db, HistoryImport import, Guid requestedBy, long now, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into history_import (organization_id, id, line_id, source, file_hash, file_name, me, phone_number, time_zone, date_order,
                requested_by, state, created_at)
            values ({import.OrganizationId}, {import.Id}, {import.LineId}, 'export', {import.FileHash}, {import.FileName}, {import.Me},
                {import.PhoneNumber}, {import.TimeZone}, {Name(import.DateOrder)}, {requestedBy}, 'queued', {now})
            """, ct);

    /// <summary>The same file for the same line and people that is waiting, under way or done: asking twice is asking once.</summary>
    public static Task<HistoryImportView?> FindSameAsync(DbSession db, HistoryImport import, CancellationToken ct) => db.FirstAsync($"""
        select {ViewColumns} from history_import
        where organization_id = {import.OrganizationId} and line_id = {import.LineId} and file_hash = {import.FileHash}
          and coalesce(me, '') = coalesce({import.Me}, me, '')
          and coalesce(phone_number, '') = coalesce({import.PhoneNumber}, phone_number, '')
          and state in ('queued', 'working', 'done')
        order by id limit 1
        """, ReadView, ct);

    public static Task<HistoryImportView?> FindAsync(DbSession db, Guid organizationId, Guid lineId, Guid id, CancellationToken ct) =>
        db.FirstAsync($"""
            select {ViewColumns} from history_import
            where organization_id = {organizationId} and line_id = {lineId} and id = {id}
            """, ReadView, ct);

    /// <summary>Newest first, before the given one.</summary>
    public static Task<List<HistoryImportView>> ListAsync(
        DbSession db, Guid organizationId, Guid lineId, Guid? before, long limit, CancellationToken ct) =>
        before is { } last
            ? db.QueryAsync($"""
                select {ViewColumns} from history_import
                where organization_id = {organizationId} and line_id = {lineId} and id < {last} order by id desc limit {limit}
                """, ReadView, ct)
            : db.QueryAsync($"""
                select {ViewColumns} from history_import
                where organization_id = {organizationId} and line_id = {lineId} order by id desc limit {limit}
                """, ReadView, ct);

    /// <summary>Takes the oldest job that nobody works on. The database's clock decides, so that two nodes never agree on different times.</summary>
    public static Task<HistoryImport?> TakeAsync(DbSession db, long leaseMs, CancellationToken ct) => db.FirstAsync($"""
        update history_import set state = 'working', lease_until = {db.Dialect.Now} + {leaseMs}
        where state in ('queued', 'working') and (organization_id, id) in (
            select i.organization_id, i.id from history_import i
            where i.source = 'export' and i.state in ('queued', 'working')
              and (i.lease_until is null or i.lease_until < {db.Dialect.Now})
            order by i.id limit 1)
          and (lease_until is null or lease_until < {db.Dialect.Now})
        returning organization_id, id, line_id, file_hash, file_name, me, phone_number, time_zone, date_order, done
        """, row => new HistoryImport(
            row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetString(3), row.GetString(4), row.TextOrNull(5), row.TextOrNull(6),
            row.GetString(7), Parse(row.TextOrNull(8)), row.GetInt64(9)), ct);

    /// <summary>False when the job was canceled meanwhile.</summary>
    public static async Task<bool> RenewAsync(DbSession db, HistoryImport import, long leaseMs, long? total, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update history_import set lease_until = {db.Dialect.Now} + {leaseMs}, total = coalesce({total}, total)
            where organization_id = {import.OrganizationId} and id = {import.Id} and state = 'working'
            """, ct) > 0;

    public static Task FinishAsync(
        DbSession db, HistoryImport import, string state, string? code, string? sentence, long now, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update history_import set state = {state}, error_code = {code}, error_message = {sentence}, lease_until = null,
                finished_at = {now}
            where organization_id = {import.OrganizationId} and id = {import.Id} and state = 'working'
            """, ct);

    public static Task<int> CancelAsync(DbSession db, Guid organizationId, Guid lineId, Guid id, long now, CancellationToken ct) =>
        db.ExecuteAsync($"""
            update history_import set state = 'canceled', lease_until = null, finished_at = {now}
            where organization_id = {organizationId} and line_id = {lineId} and id = {id} and state in ('queued', 'working')
            """, ct);

    private static readonly SqlText ViewColumns = new("""
        id, line_id, source, conversation_id, file_name, state, progress, total, done, imported, skipped, files_failed, me, phone_number,
        error_code, error_message, created_at, finished_at
        """);

    private static HistoryImportView ReadView(DbDataReader row) => new(
        row.Uuid(0), row.Uuid(1), row.GetString(2), row.UuidOrNull(3), row.TextOrNull(4), row.GetString(5), row.NumberOrNull(6),
        row.NumberOrNull(7), row.GetInt64(8), row.GetInt64(9), row.GetInt64(10), row.GetInt64(11), row.TextOrNull(12), row.TextOrNull(13),
        row.TextOrNull(14) is { } code ? new MessageError(code, row.TextOrNull(15) ?? "") : null,
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(16)),
        row.NumberOrNull(17) is { } finished ? DateTimeOffset.FromUnixTimeMilliseconds(finished) : null);

    private static string? Name(DateOrder? order) => order switch
    {
        null => null,
        DateOrder.DayFirst => "day_first",
        _ => "month_first",
    };

    public static DateOrder? Parse(string? name) => name switch
    {
        null => null,
        "day_first" => DateOrder.DayFirst,
        _ => DateOrder.MonthFirst,
    };
}
