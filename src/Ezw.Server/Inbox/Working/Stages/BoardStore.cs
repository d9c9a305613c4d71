using Ezw.Client;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Working.Stages;

/// <summary>SQL of the board's columns. <see cref="Messaging.Conversations.StageStore"/> has what messages need of them.</summary>
internal static class BoardStore
{
    /// <summary>From left to right.</summary>
    public static Task<List<StageView>> ListAsync(DbSession db, Guid organizationId, CancellationToken ct) => db.QueryAsync($"""
        select id, name, category, rank, retired_at is not null, version from stage
        where organization_id = {organizationId} order by rank, id
        """, row => new StageView(row.Uuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.Truth(4), row.GetInt64(5)), ct);

    public static Task AddAsync(DbSession db, Guid organizationId, StageView stage, long now, CancellationToken ct) => db.ExecuteAsync($"""
        insert into stage (organization_id, id, name, category, rank, created_at)
        values ({organizationId}, {stage.Id}, {stage.Name}, {stage.Category}, {stage.Rank}, {now})
        """, ct);

    /// <summary>Not if it would be the last one of a category that the board needs.</summary>
    public static async Task<bool> ChangeAsync(
        DbSession db, Guid organizationId, Guid stageId, string? name, string? category, long? version, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update stage set name = coalesce({name}, name), category = coalesce({category}, category), version = version + 1
            where organization_id = {organizationId} and id = {stageId} and retired_at is null and version = coalesce({version}, version)
              and (category = coalesce({category}, category) or {Dispensable})
            """, ct) == 1;

    public static async Task<bool> RetireAsync(DbSession db, Guid organizationId, Guid stageId, long now, CancellationToken ct) =>
        await db.ExecuteAsync($"""
            update stage set retired_at = {now}, version = version + 1
            where organization_id = {organizationId} and id = {stageId} and retired_at is null and {Dispensable}
            """, ct) == 1;

    public static Task OrderAsync(DbSession db, Guid organizationId, IReadOnlyList<Guid> stages, CancellationToken ct)
    {
        Rows rows = Rows.Of("r", stages).Uuid("id", id => id);
        return db.ExecuteAsync($"""
            update stage set version = version + case when rank = r.ordinal then 0 else 1 end, rank = r.ordinal
            from {rows} where stage.organization_id = {organizationId} and stage.id = r.id
            """, ct);
    }

    /// <summary>Moves some conversations out of a stage. Those that were merged away hold it too, and nobody sees them move.</summary>
    public static async Task<List<MovedConversation>> EmptyAsync(
        DbSession db, Guid organizationId, Guid stageId, Guid toId, long now, long limit, CancellationToken ct) => await db.QueryAsync($"""
        update conversation set stage_id = {toId}, stage_since = {now}, version = version + 1
        where organization_id = {organizationId} and id in (
            select c.id from conversation c where c.organization_id = {organizationId} and c.stage_id = {stageId} limit {limit})
        returning id, line_id, merged_into_id is not null
        """, row => new MovedConversation(new ChangedConversation(row.Uuid(0), row.Uuid(1)), row.Truth(2)), ct);

    public static async Task<bool> HasConversationsAsync(DbSession db, Guid organizationId, Guid stageId, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select 1 from conversation where organization_id = {organizationId} and stage_id = {stageId} limit 1
            """, _ => true, ct)).Count > 0;

    /// <summary>From the kept counters; those that were merged away are not among them.</summary>
    public static async Task<long> ConversationCountAsync(DbSession db, Guid organizationId, Guid stageId, CancellationToken ct) =>
        (await db.QueryAsync($"""
            select cast(coalesce(sum(conversations), 0) as bigint) from conversation_count
            where organization_id = {organizationId} and stage_id = {stageId}
            """, row => row.GetInt64(0), ct))[0];

    /// <summary>Opens the stage again that a job did not finish emptying.</summary>
    public static Task ReviveAsync(DbSession db, Guid organizationId, Guid jobId, CancellationToken ct) => db.ExecuteAsync($"""
        update stage set retired_at = null, version = version + 1
        where organization_id = {organizationId} and id = (
            select j.retires_stage_id from bulk_job j where j.organization_id = {organizationId} and j.id = {jobId})
        """, ct);

    public static async Task DeleteAsync(DbSession db, Guid organizationId, Guid stageId, CancellationToken ct)
    {
        await db.ExecuteAsync($"""
            delete from conversation_count where organization_id = {organizationId} and stage_id = {stageId} and conversations = 0
            """, ct);
        await db.ExecuteAsync($"delete from stage where organization_id = {organizationId} and id = {stageId}", ct);
    }

    private static readonly SqlText Dispensable = new("""
        (category = 'waiting' or exists (
            select 1 from stage o where o.organization_id = stage.organization_id and o.id <> stage.id and o.category = stage.category
                and o.retired_at is null))
        """);
}

internal sealed record MovedConversation(ChangedConversation Conversation, bool MergedAway);
