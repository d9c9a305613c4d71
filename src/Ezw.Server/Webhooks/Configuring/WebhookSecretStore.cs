using Ezw.Foundation.Storage;

namespace Ezw.Webhooks.Configuring;

/// <summary>SQL of what signs deliveries.</summary>
internal static class WebhookSecretStore
{
    /// <summary>The present one first; then the former one, while a rotation overlaps.</summary>
    public static Task<List<WebhookSecret>> LiveAsync(
        DbSession db, Guid organizationId, Guid webhookId, long now, CancellationToken ct) => db.QueryAsync($"""
        select secret, created_at, expires_at from webhook_secret
        where organization_id = {organizationId} and webhook_id = {webhookId} and (expires_at is null or expires_at > {now})
        order by case when expires_at is null then 0 else 1 end, id desc
        """, row => new WebhookSecret(row.GetFieldValue<byte[]>(0), row.GetInt64(1), row.NumberOrNull(2)), ct);

    public static Task AddAsync(DbSession db, WebhookKey key, Guid id, byte[] sealedKey, long now, CancellationToken ct) =>
        db.ExecuteAsync($"""
            insert into webhook_secret (organization_id, id, webhook_id, secret, created_at)
            values ({key.OrganizationId}, {id}, {key.Id}, {sealedKey}, {now})
            """, ct);

    /// <summary>Lets the present secret end at a time, and one of an earlier rotation at once: never more than two are live.</summary>
    /// <param name="endsAt">Null: at once.</param>
    public static async Task RetireAsync(DbSession db, WebhookKey key, long? endsAt, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            delete from webhook_secret
            where organization_id = {key.OrganizationId} and webhook_id = {key.Id}
              and (expires_at is not null or {(endsAt is null ? 1L : 0L)} = 1)
            """, ct);
        await db.ExecuteAsync($"""
            update webhook_secret set expires_at = {endsAt} where organization_id = {key.OrganizationId} and webhook_id = {key.Id}
            """, ct);
    }
}
