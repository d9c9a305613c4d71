using Ezw.Foundation.Storage;

namespace Ezw.Foundation.Events;

/// <summary>
/// The one log for all sideways news. Positions are gap-free per organization and their order is commit order, because they are
/// given out under the organization's row lock: take it with <see cref="Lock"/> before any other statement of the transaction.
/// </summary>
public static class EventStore
{
    /// <summary>Starts the log of a new organization.</summary>
    public static Task OpenAsync(DbSession db, Guid organizationId, CancellationToken cancellationToken) =>
        db.ExecuteAsync($"insert into event_position (organization_id, position) values ({organizationId}, 0)", cancellationToken);

    /// <summary>Locks organizations in a fixed order, so that two batches that meet in several cannot deadlock.</summary>
    public static Sql Lock(Dialect dialect, IReadOnlyList<Guid> organizations)
    {
        Rows rows = Rows.Of("o", organizations).Uuid("organization_id", id => id);
        return Sql.Of($"""
            select p.position from event_position p
            where p.organization_id in (select o.organization_id from {rows})
            order by p.organization_id{dialect.ForUpdate}
            """);
    }

    /// <summary>
    /// Runs the work in a transaction that holds the organization's lock from the start. Whoever appends writes this way: taking the lock
    /// after other rows would meet the commit queue, which takes it first, in a deadlock.
    /// </summary>
    public static Task<T> WriteAsync<T>(Database database, Guid organizationId, Func<DbSession, Task<T>> work, CancellationToken ct) =>
        database.WriteAsync(async db =>
        {
            await db.QueryAsync(Lock(db.Dialect, [organizationId]), _ => 0, ct);
            return await work(db);
        }, ct);

    /// <summary>Appends in the caller's transaction, which must hold the lock. Order within the list is kept.</summary>
    public static async Task AppendAsync(DbSession db, IReadOnlyList<NewEvent> events, CancellationToken cancellationToken)
    {
        await db.QueryAsync(Lock(db.Dialect, [.. events.Select(e => e.OrganizationId).Distinct()]), _ => 0, cancellationToken);
        foreach (var statement in Append(events))
            await db.ExecuteAsync(statement, cancellationToken);
        foreach (var appended in events)
            db.NoteAppended(appended.OrganizationId);
    }

    private static IEnumerable<Sql> Append(IReadOnlyList<NewEvent> events)
    {
        Rows rows = Rows.Of("r", events)
            .Uuid("organization_id", e => e.OrganizationId).Text("kind", e => e.Kind).Uuid("line_id", e => e.LineId)
            .Uuid("conversation_id", e => e.ConversationId).Uuid("subject_id", e => e.SubjectId).Text("detail", e => e.Detail)
            .Number("at", e => e.At);
        yield return Sql.Of($"""
            insert into event (organization_id, position, kind, line_id, conversation_id, subject_id, detail, at)
            select r.organization_id, p.position + row_number() over (partition by r.organization_id order by r.ordinal),
                   r.kind, r.line_id, r.conversation_id, r.subject_id, r.detail, r.at
            from {rows} join event_position p on p.organization_id = r.organization_id
            """);
        yield return Advance([.. events.Select(e => e.OrganizationId).Distinct()]);
    }

    /// <summary>Moves the positions to the newest events; the last statement of whatever appended.</summary>
    public static Sql Advance(IReadOnlyList<Guid> organizations)
    {
        Rows rows = Rows.Of("o", organizations).Uuid("organization_id", id => id);
        return Sql.Of($"""
            update event_position
            set position = coalesce((select max(e.position) from event e where e.organization_id = event_position.organization_id), 0)
            where organization_id in (select o.organization_id from {rows})
            """);
    }

    /// <summary>The events after a position, in order. Nothing can later appear before what was read.</summary>
    public static Task<List<LoggedEvent>> ReadAsync(DbSession db, Guid organizationId, long after, int limit, CancellationToken ct) =>
        db.QueryAsync($"""
            select position, kind, line_id, conversation_id, subject_id, detail, at from event
            where organization_id = {organizationId} and position > {after} order by position limit {(long)limit}
            """,
            row => new LoggedEvent(
                row.GetInt64(0), row.GetString(1), row.UuidOrNull(2), row.UuidOrNull(3), row.UuidOrNull(4), row.TextOrNull(5),
                row.GetInt64(6)),
            ct);

    /// <summary>The newest position of each organization.</summary>
    public static Task<List<(Guid OrganizationId, long Position)>> EndsAsync(
        DbSession db, IReadOnlyList<Guid> organizations, CancellationToken ct)
    {
        Rows rows = Rows.Of("o", organizations).Uuid("organization_id", id => id);
        return db.QueryAsync($"""
            select p.organization_id, p.position from {rows} join event_position p on p.organization_id = o.organization_id
            """, row => (row.Uuid(0), row.GetInt64(1)), ct);
    }
}

/// <param name="Kind">Stable dotted name, e.g. "message.queued".</param>
/// <param name="SubjectId">What happened to: a message, a line.</param>
/// <param name="Detail">A short code such as the new status; never content.</param>
/// <param name="At">Epoch-milliseconds.</param>
public sealed record NewEvent(
    Guid OrganizationId, string Kind, Guid? LineId, Guid? ConversationId, Guid? SubjectId, string? Detail, long At);

/// <summary>An event as it stands in the log. The members mean what they mean in <see cref="NewEvent"/>.</summary>
public sealed record LoggedEvent(long Position, string Kind, Guid? LineId, Guid? ConversationId, Guid? SubjectId, string? Detail, long At);
