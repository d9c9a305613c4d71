using System.Data.Common;
using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;

namespace Ezw.Inbox.Reading;

/// <summary>
/// The list of conversations: every page is a few walks along an index, each ending after a page's length. Callers with few lines walk
/// each line's index and merge; others walk the organization's, and pass over lines that they do not see.
/// </summary>
internal static class ConversationListStore
{
    /// <summary>More walks than this cost more than passing over foreign rows.</summary>
    private const int MaxWalks = 16;

    private const int MaxStages = 200;

    private static readonly SqlText Columns = new("""
        c.id, c.line_id, c.contact_id, c.type, c.stage_id, c.stage_since, c.assignee_id, c.assigned_at, c.unread_count, c.last_message_id,
        c.last_message_at, c.waiting_since, c.snoozed_until, c.version, c.created_at
        """);

    public static async Task<List<ConversationRow>> ListAsync(
        DbSession db, ConversationFilter filter, Place? after, int limit, CancellationToken ct)
    {
        var stages = await StagesAsync(db, filter, ct);
        if (stages is { Count: 0 } || filter.Lines is { All: false, Ids.Count: 0 } || filter.Among is { Count: 0 })
            return [];
        return await db.QueryAsync(List(db.Dialect, filter, stages, after, limit), Read, ct);
    }

    /// <summary>The conversation, or the one that it was merged into.</summary>
    public static Task<ConversationRow?> FindAsync(
        DbSession db, Guid organizationId, VisibleLines lines, Guid conversationId, CancellationToken ct) => db.FirstAsync($"""
            select {Columns} from conversation a
            join conversation c on c.organization_id = a.organization_id and c.id = coalesce(a.merged_into_id, a.id)
            where a.organization_id = {organizationId} and a.id = {conversationId} {lines.On("c.line_id")}
            """, Read, ct);

    /// <summary>The conversations of a contact that the caller sees, the newest message first.</summary>
    public static Task<List<ConversationRow>> OfContactAsync(
        DbSession db, Guid organizationId, VisibleLines lines, Guid contactId, int limit, CancellationToken ct) => db.QueryAsync($"""
            select {Columns} from conversation c
            where c.organization_id = {organizationId} and c.contact_id = {contactId} and c.merged_into_id is null {lines.On("c.line_id")}
            order by c.last_message_at desc, c.id desc limit {(long)limit}
            """, Read, ct);

    /// <summary>Kept apart from running it, so that a test can ask the database for its plan.</summary>
    internal static Sql List(Dialect dialect, ConversationFilter filter, IReadOnlyList<Guid>? stages, Place? after, int limit)
    {
        var walks = Walks(filter, stages);
        var index = filter.Among is null ? dialect.IndexedBy(Index(filter, walks[0])) : new SqlText("");
        Sql all = $"{Walk(filter, walks[0], stages, index, after, limit)}";
        foreach (var walk in walks.Skip(1))
            all = $"{all} union all {Walk(filter, walk, stages, index, after, limit)}";
        return $"{all} {Order(filter, new SqlText(""))} limit {(long)limit}";
    }

    /// <summary>Null: stages do not filter.</summary>
    private static async Task<IReadOnlyList<Guid>?> StagesAsync(DbSession db, ConversationFilter filter, CancellationToken ct) => filter switch
    {
        { StageId: { } stageId } => [stageId],
        { Category: { } category } => await db.QueryAsync($"""
            select s.id from stage s where s.organization_id = {filter.OrganizationId}
              and (s.category = {category} or ({category} = 'active' and s.category <> 'closed')) limit {(long)MaxStages}
            """, row => row.Uuid(0), ct),
        _ => null,
    };

    /// <summary>
    /// One walk a line and stage, as long as they are few; what is found by an index of its own (candidates, unread, waiting, snoozed, one
    /// person's) is few enough to be one.
    /// </summary>
    private static List<(Guid? Line, Guid? Stage)> Walks(ConversationFilter filter, IReadOnlyList<Guid>? stages)
    {
        if (filter.Among is not null || OwnIndex(filter) is not null)
            return [(null, null)];
        List<Guid?> lines = filter.Lines.All || filter.Lines.Ids.Count > MaxWalks ? [null] : [.. filter.Lines.Ids];
        List<Guid?> columns = stages is null || stages.Count * lines.Count > MaxWalks ? [null] : [.. stages];
        return [.. from line in lines from stage in columns select (line, stage)];
    }

    private static Sql Walk(
        ConversationFilter filter, (Guid? Line, Guid? Stage) walk, IReadOnlyList<Guid>? stages, SqlText index, Place? after, int limit) => $"""
            select * from (
                select {Columns} from conversation c{index}
                where c.organization_id = {filter.OrganizationId} and c.merged_into_id is null
                {(walk.Line is { } line ? Sql.Of($"and c.line_id = {line}") : filter.Lines.On("c.line_id"))}
                {(walk.Stage is { } stage ? Sql.Of($"and c.stage_id = {stage}") : OnStages(stages))}
                {Conditions(filter)} {After(filter, after)}
                {Order(filter, new SqlText("c."))} limit {(long)limit}) walk
            """;

    private static Sql OnStages(IReadOnlyList<Guid>? stages) => stages is null ? Sql.Of($"") : Sql.Of($"and c.stage_id {IdSet.Of(stages)}");

    private static Sql Conditions(ConversationFilter filter)
    {
        Sql all = filter.AssigneeId switch
        {
            null => Sql.Of($""),
            var id when id == Guid.Empty => Sql.Of($"and c.assignee_id is null"),
            { } id => Sql.Of($"and c.assignee_id = {id}"),
        };
        if (filter.Unread is { } unread)
            all = $"{all} and c.unread_count {new SqlText(unread ? "> 0" : "= 0")}";
        if (filter.ByWaiting || filter.Waiting is not null)
            all = $"{all} and c.waiting_since {IsSet(filter.Waiting is not false)}";
        if (filter.Snoozed is { } snoozed)
            all = $"{all} and c.snoozed_until {IsSet(snoozed)}";
        if (filter.Type is { } type)
            all = $"{all} and c.type = {type}";
        if (filter.Among is { } ids)
            all = $"{all} and c.id {IdSet.Of(ids)}";
        return all;
    }

    private static SqlText IsSet(bool set) => new(set ? "is not null" : "is null");

    private static Sql After(ConversationFilter filter, Place? after) => after switch
    {
        null => Sql.Of($""),
        _ when filter.ByWaiting => Sql.Of($"and (c.waiting_since, c.id) > ({after.Key}, {after.Id})"),
        _ => Sql.Of($"and (c.last_message_at, c.id) < ({after.Key}, {after.Id})"),
    };

    private static SqlText Order(ConversationFilter filter, SqlText table) => new(filter.ByWaiting
        ? $"order by {table.Value}waiting_since, {table.Value}id"
        : $"order by {table.Value}last_message_at desc, {table.Value}id desc");

    private static string Index(ConversationFilter filter, (Guid? Line, Guid? Stage) walk) =>
        OwnIndex(filter) ?? (walk.Line is not null ? "conversation_line" : walk.Stage is not null ? "conversation_stage" : "conversation_recent");

    private static string? OwnIndex(ConversationFilter filter) => filter switch
    {
        { ByWaiting: true } => "conversation_waiting",
        { Snoozed: true } => "conversation_asleep",
        { Unread: true } => "conversation_unread",
        { AssigneeId: { } id } when id != Guid.Empty => "conversation_assignee",
        _ => null,
    };

    private static ConversationRow Read(DbDataReader row) => new(
        row.Uuid(0), row.Uuid(1), row.Uuid(2), row.GetString(3), row.Uuid(4), row.Time(5), row.UuidOrNull(6), row.TimeOrNull(7),
        row.GetInt64(8), row.UuidOrNull(9), row.GetInt64(10), row.NumberOrNull(11), row.TimeOrNull(12), row.GetInt64(13), row.Time(14));
}

/// <summary>A conversation before its contact and last message are looked up.</summary>
internal sealed record ConversationRow(
    Guid Id, Guid LineId, Guid ContactId, string Type, Guid StageId, DateTimeOffset StageSince, Guid? AssigneeId, DateTimeOffset? AssignedAt,
    long UnreadCount, Guid? LastMessageId, long LastMessageAt, long? WaitingSince, DateTimeOffset? SnoozedUntil, long Version,
    DateTimeOffset CreatedAt)
{
    public Place Place(bool byWaiting) => new(byWaiting ? WaitingSince!.Value : LastMessageAt, 0, Id);
}
