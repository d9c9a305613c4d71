using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Reading;

/// <summary>Many conversations of every sort, put into the database in one statement, and remembered here.</summary>
internal sealed record SeededConversation(
    Guid Id, Guid ContactId, Guid LineId, Guid StageId, Guid? AssigneeId, long Unread, long? WaitingSince, long? SnoozedUntil, string Type,
    long LastMessageAt);

internal static class SeededInbox
{
    public static async Task<List<SeededConversation>> SeedAsync(
        Database database, Guid organizationId, IReadOnlyList<Guid> lines, Guid userId, int count)
    {
        await using var db = await database.ReadAsync(CancellationToken.None);
        var stages = await db.QueryAsync(
            $"select id from stage where organization_id = {organizationId} order by rank", row => row.Uuid(0), CancellationToken.None);
        // Times come in runs of three equals, so that the id has to decide.
        var seeded = Enumerable.Range(0, count).Select(i => new SeededConversation(
            Guid.CreateVersion7(), Guid.CreateVersion7(), lines[i % lines.Count], stages[i % 4 == 0 ? 0 : i % 5 == 0 ? 1 : 2],
            i % 5 == 0 ? userId : null, i % 10 == 0 ? 2 : 0, i % 7 == 0 ? 1_000 + i / 3 : null, i % 13 == 0 ? 9_000_000_000_000 : null,
            i % 11 == 0 ? "group" : "individual", 1_000_000 + i * 7919 % count / 3)).ToList();
        Rows rows = Rows.Of("r", seeded).Uuid("id", c => c.Id).Uuid("contact_id", c => c.ContactId).Uuid("line_id", c => c.LineId)
            .Uuid("stage_id", c => c.StageId).Uuid("assignee_id", c => c.AssigneeId).Number("unread", c => c.Unread)
            .Number("waiting", c => c.WaitingSince).Number("snoozed", c => c.SnoozedUntil).Text("type", c => c.Type)
            .Number("at", c => c.LastMessageAt).Text("name", c => $"Person {c.LastMessageAt}");
        await database.WriteAsync(async write =>
        {
            await write.ExecuteAsync($"""
                insert into contact (organization_id, id, push_name, created_at)
                select {organizationId}, r.contact_id, r.name, 0 from {rows}
                """, CancellationToken.None);
            await write.ExecuteAsync($"""
                insert into conversation (organization_id, id, line_id, contact_id, type, stage_id, stage_since, assignee_id, assigned_at,
                    snoozed_until, unread_count, last_message_at, waiting_since, created_at)
                select {organizationId}, r.id, r.line_id, r.contact_id, r.type, r.stage_id, 0, r.assignee_id, 0, r.snoozed, r.unread, r.at,
                       r.waiting, 0 from {rows}
                """, CancellationToken.None);
        }, CancellationToken.None);
        return seeded;
    }
}
