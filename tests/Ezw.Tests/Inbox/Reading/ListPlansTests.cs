using Ezw.Foundation.Http;
using Ezw.Foundation.Storage;
using Ezw.Inbox.Reading;
using Ezw.Tests.Support;

namespace Ezw.Tests.Inbox.Reading;

/// <summary>With real rows and statistics, no page of the list is found by reading a table, and none but by walking in its order.</summary>
public sealed class ListPlansTests
{
    private const int Many = 5_000;

    [Theory, EachDatabase]
    public async Task Every_page_of_the_list_and_of_a_thread_comes_from_an_index(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var lines = new List<Guid>();
        for (var i = 0; i < 20; i++)
            lines.Add((await store.AddLineAsync(store.Organization)).LineId);
        var user = Ids.New(store.Clock);
        var all = await SeededInbox.SeedAsync(store.Database, store.Organization, lines, user, Many);
        Rows messages = Rows.Of("r", all).Uuid("id", c => c.ContactId).Uuid("conversation_id", c => all[c.Unread > 0 ? 0 : 1].Id)
            .Number("at", c => c.LastMessageAt);
        await store.Database.WriteAsync(async db =>
        {
            await db.ExecuteAsync($"""
                insert into message (organization_id, id, line_id, conversation_id, position, provider_message_id, direction, origin, type,
                    typing_ms, status, at, created_at)
                select {store.Organization}, r.id, {lines[0]}, r.conversation_id, r.ordinal, r.id, 'in', 'contact', 'text', 0, 'received',
                       r.at, 0 from {messages}
                """, default);
            await db.ExecuteAsync($"analyze", default);
        }, default);
        VisibleLines few = new(false, lines[..3], []), many = new(false, lines[..18], []);

        foreach (var seen in new[] { VisibleLines.Everything, VisibleLines.Everything.Only(lines[0]), few, many })
        {
            foreach (var filter in Filters(store.Organization, seen, user))
            {
                foreach (var place in new[] { null, new Place(filter.ByWaiting ? 1_300 : 1_000_900, 0, all[Many / 2].Id) })
                {
                    var plan = await PlanAsync(store.Database, ConversationListStore.List(
                        store.Database.Dialect, filter, filter.Category is null ? null : [all[0].StageId], place, 26));
                    Assert.False(ReadsTable(plan, "conversation"), $"{filter}\n{plan}");
                }
            }
        }
        var thread = await PlanAsync(store.Database, ThreadStore.Older(store.Organization, all[0].Id, new Place(1_000_900, 9, all[0].Id), 51));
        Assert.Contains("message_thread", thread, StringComparison.Ordinal);
    }

    private static IEnumerable<ConversationFilter> Filters(Guid organization, VisibleLines lines, Guid user)
    {
        var none = new ConversationFilter { OrganizationId = organization, Lines = lines };
        return [none, none with { Unread = true }, none with { ByWaiting = true }, none with { Snoozed = true },
            none with { AssigneeId = user }, none with { AssigneeId = Guid.Empty }, none with { Category = "open" },
            none with { Category = "open", Snoozed = false, AssigneeId = user }];
    }

    private static async Task<string> PlanAsync(Database database, Sql query)
    {
        await using var db = await database.ReadAsync(default);
        Sql explained = db.Dialect.Kind == DatabaseKind.Postgres ? Sql.Of($"explain {query}") : Sql.Of($"explain query plan {query}");
        var column = db.Dialect.Kind == DatabaseKind.Postgres ? 0 : 3;
        return string.Join('\n', await db.QueryAsync(explained, row => row.GetString(column), default));
    }

    // SQLite says SCAN for a table that is read from end to end, with or without the help of an index.
    private static bool ReadsTable(string plan, string table) =>
        plan.Contains($"Seq Scan on {table}", StringComparison.Ordinal)
        || plan.Contains("SCAN c", StringComparison.Ordinal) || plan.Contains($"SCAN {table}", StringComparison.Ordinal);
}
