using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;

namespace Ezw.Lines;

/// <summary>SQL of line tokens.</summary>
internal static class LineTokenStore
{
    /// <summary>True for a row of <c>line_token t</c> that still opens its line.</summary>
    public static Sql Valid(long now) => $"(t.expires_at is null or t.expires_at > {now})";

    /// <summary>Stores the new token and ends the older ones at <paramref name="endsAt"/>, in one transaction.</summary>
    public static Task RotateAsync(Database database, LineToken token, long endsAt, CancellationToken ct) => database.WriteAsync(async db =>
    {
        await db.ExecuteAsync($"""
            update line_token set expires_at = {endsAt}
            where organization_id = {token.OrganizationId} and line_id = {token.LineId} and (expires_at is null or expires_at > {endsAt})
            """, ct);
        await db.ExecuteAsync($"""
            insert into line_token (organization_id, id, line_id, token_hash, token_prefix, created_by, created_at)
            values ({token.OrganizationId}, {token.Id}, {token.LineId}, {token.TokenHash}, {token.TokenPrefix}, {token.CreatedBy},
                {token.CreatedAt})
            """, ct);
        await EventStore.AppendAsync(
            db, [new(token.OrganizationId, LineEvents.TokenRotated, token.LineId, null, token.Id, null, token.CreatedAt)], ct);
    }, ct);

    /// <summary>Which line a token opens. The hash is the whole secret, so equality in the index leaks nothing that helps to guess it.</summary>
    public static async Task<LineCaller?> FindAsync(DbSession db, byte[] hash, long now, CancellationToken ct) => await db.FirstAsync($"""
        select t.organization_id, t.line_id, t.id from line_token t where t.token_hash = {hash} and {Valid(now)}
        """, row => new LineCaller(row.Uuid(0), row.Uuid(1), row.Uuid(2)), ct);

    public static Task TouchAsync(DbSession db, IReadOnlyList<KeyValuePair<Guid, long>> uses, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", uses).Uuid("id", u => u.Key).Number("at", u => u.Value);
        return db.ExecuteAsync($"update line_token set last_used_at = r.at from {rows} where line_token.id = r.id", ct);
    }
}
