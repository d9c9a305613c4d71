using System.Text.Json.Nodes;
using CsCheck;
using Ezw.Foundation.Storage;
using Ezw.Identity;
using Ezw.Providers;
using Ezw.Tests.Support;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.Inbox.Reading;

/// <summary>Counters are kept, never counted; whatever happens, counting gives the same.</summary>
public sealed class CountersTests
{
    private const int Rounds = 6;
    private const int Steps = 25;

    [Theory, EachDatabase]
    public async Task The_counts_are_those_of_the_lines_that_the_caller_sees(DatabaseKind kind)
    {
        await using var app = await TestApp.StartAsync(kind);
        var acme = await app.CreateOrganizationAsync("Acme");
        TestLine[] lines = [await acme.CreateLineAsync("One"), await acme.CreateLineAsync("Two")];
        var member = await app.AddMemberAsync(acme, Role.Operator);
        await ListingConversationsTests.GrantAsync(acme, member, lines[1], "see");
        var all = await SeededInbox.SeedAsync(app.Database, acme.OrganizationId, [.. lines.Select(line => line.Id)], acme.UserId, 200);
        var closed = all[1].StageId;
        foreach (var (who, seen) in new[] { (acme, all), (member, all.Where(c => c.LineId == lines[1].Id).ToList()) })
        {
            using var answer = await who.GetAsync("/api/conversations/counts");
            var counts = await answer.ShouldBeJsonAsync(200);

            var active = seen.Where(c => c.StageId != closed && c.SnoozedUntil is null).ToList();
            Assert.Equal(active.Count, (int)counts["open"]!);
            Assert.Equal(active.Count(c => c.AssigneeId == who.UserId), (int)counts["mine"]!);
            Assert.Equal(active.Count(c => c.AssigneeId is null), (int)counts["unassigned"]!);
            Assert.Equal(active.Count(c => c.Unread > 0), (int)counts["unread"]!);
            Assert.Equal(active.Count(c => c.WaitingSince is not null), (int)counts["waiting"]!);
            Assert.Equal(seen.Count(c => c.StageId != closed && c.SnoozedUntil is not null), (int)counts["snoozed"]!);
            Assert.Equal(seen.CountBy(c => c.StageId).ToDictionary(), Map(counts["byStage"]!, "stageId", "conversations"));
            Assert.Equal(active.CountBy(c => c.LineId).ToDictionary(), Map(counts["byLine"]!, "lineId", "conversations"));
            Assert.Equal(active.Where(c => c.Unread > 0).CountBy(c => c.LineId).ToDictionary(), Map(counts["byLine"]!, "lineId", "unread"));
        }
    }

    [Theory, EachDatabase]
    public async Task Whatever_happens_in_whatever_order_recounting_gives_the_counters(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var sent = 0;
        await Gen.Select(Gen.Int[0, 11], Gen.Int[0, 2], Gen.Int[1, 40]).Array[Steps].SampleAsync(async steps =>
        {
            foreach (var (what, person, at) in steps)
                await HappenAsync(store, what, person, at, ++sent);
            await HoldAsync(store);
        }, iter: Rounds, threads: 1);
    }

    private static async Task HappenAsync(TestStore store, int what, int person, int at, int number)
    {
        var chat = new ChatAddress($"+97250123456{person}", $"10{person}@lid");
        switch (what)
        {
            case < 4:
                await store.HearAsync(From(chat, $"in-{number}", at));
                break;
            case < 6:
                await store.HearAsync(Echo(chat, $"out-{number}", at));
                break;
            case 6:
                await store.HearAsync(new ChatRead(At(at), chat));
                break;
            case 7:
                await store.SendAsync(chat.PhoneNumber!, "hello");
                break;
            case 8:
                await store.HearAsync(From(new ChatAddress($"+97250999999{person}", null), $"new-{number}", at));
                break;
            case 9:
                await AlterAsync(store, $"update conversation set snoozed_until = 9000000000000 where unread_count > 0");
                break;
            case 10:
                await AlterAsync(store, $"""
                    update conversation set assignee_id = {store.Organization}, stage_id = (select s.id from stage s where s.category = 'closed')
                    where unread_count = 0
                    """);
                break;
            default:
                var people = await store.ReadAsync($"select id from contact where merged_into_id is null order by id limit 2", row => row.Uuid(0));
                var merges = await store.ReadAsync($"""
                    select x.id from contact_merge x join contact k on k.id = x.kept_id and k.merged_into_id is null
                    where x.undone_at is null order by x.id desc limit 1
                    """, row => row.Uuid(0));
                if (person == 0 && people.Count == 2)
                    await store.Merges.MergeByHandAsync(store.Organization, Guid.Empty, people[0], people[1], default);
                else if (merges.Count == 1)
                    await store.Merges.PartAsync(store.Organization, Guid.Empty, merges[0], default);
                break;
        }
    }

    private static async Task HoldAsync(TestStore store)
    {
        Assert.Equal(0, await store.CountAsync($"""
            select count(*) from (
                select line_id, stage_id, coalesce(cast(assignee_id as text), cast({Guid.Empty} as text)) as assignee,
                       case when unread_count > 0 then 1 else 0 end as unread, case when waiting_since is null then 0 else 1 end as waiting,
                       case when snoozed_until is null then 0 else 1 end as snoozed, count(*) as conversations
                from conversation where merged_into_id is null group by 1, 2, 3, 4, 5, 6) a
            full join (select * from conversation_count where conversations > 0) n
              on n.line_id = a.line_id and n.stage_id = a.stage_id and cast(n.assignee_id as text) = a.assignee and n.unread = a.unread
                and n.waiting = a.waiting and n.snoozed = a.snoozed
            where a.conversations is distinct from n.conversations
            """));
        Assert.Equal(0, await store.CountAsync($"""
            select count(*) from conversation c where c.merged_into_id is null and c.unread_count <> (
                select count(*) from message m where m.conversation_id = c.id and m.direction = 'in' and m.import_id is null
                  and m.position > c.read_position)
            """));
        Assert.Equal(0, await store.CountAsync($"""
            select count(*) from conversation c where c.merged_into_id is null and c.waiting_since is distinct from (
                select min(m.at) from message m where m.conversation_id = c.id and m.direction = 'in' and m.import_id is null
                  and m.at > coalesce((
                    select max(o.at) from message o where o.conversation_id = c.id and o.direction = 'out' and o.origin <> 'campaign'), -1))
            """));
    }

    private static Task AlterAsync(TestStore store, Sql sql) => store.Database.WriteAsync(db => db.ExecuteAsync(sql, default), default);

    private static Dictionary<Guid, int> Map(JsonNode items, string id, string figure) =>
        items.AsArray().Where(i => (int)i![figure]! > 0).ToDictionary(i => i![id]!.GetValue<Guid>(), i => (int)i![figure]!);
}
