using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Sweeping;

/// <summary>SQL of forgetting.</summary>
internal static class SweepStore
{
    /// <summary>System duty: crosses organizations.</summary>
    public static Task<List<SweptWebhook>> AllAsync(DbSession db, CancellationToken ct) => db.QueryAsync(
        $"select organization_id, id, deleted_at is not null from webhook",
        row => new SweptWebhook(row.Uuid(0), row.Uuid(1), row.Truth(2)), ct);

    /// <summary>Answers how many deliveries went. Only what was made before can have ended before, and ids tell when they were made.</summary>
    /// <param name="before">Epoch-milliseconds: what ended earlier goes. Of a deleted webhook goes what waits, too.</param>
    public static async Task<int> SweepAsync(DbSession db, SweptWebhook webhook, long before, int limit, CancellationToken ct)
    {
        var old = await db.QueryAsync($"""
            select id from delivery
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id < {FirstIdOf(before)}
              and (coalesce(finished_at, {before}) < {before} or {(webhook.IsDeleted ? 1L : 0L)} = 1)
            order by id limit {(long)limit}
            """, row => row.Uuid(0), ct);
        if (old.Count == 0)
            return 0;
        await db.ExecuteAsync(
            $"delete from delivery_attempt where organization_id = {webhook.OrganizationId} and delivery_id {IdSet.Of(old)}", ct);
        await db.ExecuteAsync($"""
            delete from delivery_queue
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and delivery_id {IdSet.Of(old)}
            """, ct);
        return await db.ExecuteAsync($"""
            delete from delivery
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and id {IdSet.Of(old)}
            """, ct);
    }

    public static Task ForgetRedeliveriesAsync(DbSession db, SweptWebhook webhook, long before, CancellationToken ct) =>
        db.ExecuteAsync($"""
            delete from redelivery
            where organization_id = {webhook.OrganizationId} and webhook_id = {webhook.Id} and finished_at < {before}
            """, ct);

    /// <summary>A deleted webhook of which no delivery is left.</summary>
    public static async Task<int> ForgetAsync(DbSession db, SweptWebhook webhook, CancellationToken ct)
    {
        var (organizationId, id) = (webhook.OrganizationId, webhook.Id);
        await db.ExecuteAsync($"delete from redelivery where organization_id = {organizationId} and webhook_id = {id}", ct);
        await db.ExecuteAsync($"delete from webhook_secret where organization_id = {organizationId} and webhook_id = {id}", ct);
        await db.ExecuteAsync($"delete from webhook_health where organization_id = {organizationId} and webhook_id = {id}", ct);
        return await db.ExecuteAsync($"delete from webhook where organization_id = {organizationId} and id = {id}", ct);
    }

    /// <summary>The smallest UUIDv7 of that millisecond.</summary>
    private static Guid FirstIdOf(long ms) => new($"{Math.Clamp(ms, 0, (1L << 48) - 1):x12}70008000000000000000");
}

internal sealed record SweptWebhook(Guid OrganizationId, Guid Id, bool IsDeleted);
