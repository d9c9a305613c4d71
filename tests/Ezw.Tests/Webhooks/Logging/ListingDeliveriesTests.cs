using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Ezw.Webhooks;
using Ezw.Webhooks.Logging;

namespace Ezw.Tests.Webhooks.Logging;

/// <summary>The log of what a webhook was told.</summary>
[Collection(QuietCollection.Name)]
public sealed class ListingDeliveriesTests(QuietApps apps)
{
    [Theory, EachDatabase]
    public async Task Deliveries_are_listed_newest_first_and_page_by_page(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var ids = new List<Guid>();
            for (var i = 0; i < 7; i++)
                ids.Add(await webhook.AddAsync("accepted"));
            ids.Reverse();

            Assert.Equal(ids, await AllAsync(webhook, "?limit=3", 3));
            Assert.Equal(ids, await AllAsync(webhook, "?state=accepted&limit=2", 4));
            Assert.Equal(ids, await AllAsync(webhook, "", 1));
        }
    }

    [Theory, EachDatabase]
    public async Task They_are_found_by_state_event_and_conversation(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var (ana, ben) = (Guid.CreateVersion7(), Guid.CreateVersion7());
            var accepted = await webhook.AddAsync("accepted", "chats.post", ana, 1, 1_000);
            var failedLater = await webhook.FailAsync(3_000, "chats.post", ana);
            var failed = await webhook.FailAsync(2_000, "messages.post", ben);
            var waiting = await webhook.WaitAsync(ana, 0);
            var behind = await webhook.WaitAsync(ana);
            var canceled = await webhook.AddAsync("canceled", "statuses.post", ben);
            var test = await webhook.AddAsync("accepted", "webhook.test");

            foreach (var (query, expected) in new (string, Guid[])[]
                {
                    ("", [test, canceled, behind, waiting, failed, failedLater, accepted]), ("?state=waiting", [behind, waiting]),
                    ("?state=failed", [failedLater, failed]), ("?state=accepted", [test, accepted]), ("?state=canceled", [canceled]),
                    ("?event=chats.post", [failedLater, accepted]), ("?event=webhook.test", [test]),
                    ($"?conversationId={ben}", [canceled, failed]), ($"?conversationId={ana}&state=waiting", [behind, waiting]),
                    ("?state=failed&event=messages.post", [failed]), ($"?state=failed&conversationId={ana}", [failedLater]),
                    ($"?state=waiting&conversationId={ben}", []), ($"?conversationId={Guid.CreateVersion7()}", []),
                })
            {
                Assert.Equal(expected, await AllAsync(webhook, query, 1));
                var one = query.Length == 0 ? "?limit=1" : $"{query}&limit=1";
                Assert.Equal(expected, await AllAsync(webhook, one, Math.Max(1, expected.Length)));
            }
        }
    }

    [Theory, EachDatabase]
    public async Task A_line_shows_when_the_next_attempt_is_and_how_many_there_were(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind));
        var lane = Guid.CreateVersion7();
        var due = TimeProvider.System.NowMs() + 60_000;
        var later = await webhook.DeliveryAsync(await webhook.WaitAsync(lane, due, attempts: 2));
        var behind = await webhook.DeliveryAsync(await webhook.WaitAsync(lane));
        var atOnce = await webhook.DeliveryAsync(await webhook.WaitAsync(null, 0));
        var inHand = await webhook.DeliveryAsync(await webhook.WaitAsync(null, 0, await webhook.EpochAsync(), 1));
        var failed = await webhook.DeliveryAsync(await webhook.FailAsync(5_000));

        Assert.Equal(due, later["nextAttemptAt"]!.GetValue<DateTimeOffset>().ToUnixTimeMilliseconds());
        Assert.InRange(atOnce["nextAttemptAt"]!.GetValue<DateTimeOffset>(), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.MaxValue);
        Assert.All([behind, inHand, failed], delivery => Assert.Null(delivery["nextAttemptAt"]));
        Assert.Equal([2, 0, 0, 1, 10], new[] { later, behind, atOnce, inHand, failed }.Select(delivery => (long)delivery["attempts"]!));
        Assert.Equal(("failed", DateTimeOffset.UnixEpoch.AddSeconds(5)),
            ((string?)failed["state"], failed["finishedAt"]!.GetValue<DateTimeOffset>()));
    }

    [Theory, EachDatabase]
    public async Task A_question_that_makes_no_sense_is_refused(DatabaseKind kind)
    {
        var owner = await apps.OnAsync(kind);
        foreach (var webhook in await QuietWebhook.BothAsync(owner))
        {
            for (var i = 0; i < 2; i++)
                await webhook.AddAsync("accepted");
            var cursor = (string?)(await webhook.Door.GetAsync($"{webhook.Path}/deliveries?limit=1"))["nextCursor"];
            var other = await QuietWebhook.MakeAsync(owner);
            await webhook.Door.GetAsync($"{webhook.Path}/deliveries?cursor={cursor}");
            foreach (var (asked, query, member) in new[]
                {
                    (webhook, "state=lost", "state"), (webhook, "state=", "state"), (webhook, "event=messages", "event"),
                    (webhook, "limit=0", "limit"), (webhook, "limit=101", "limit"), (webhook, "cursor=x", "cursor"),
                    (webhook, $"cursor={cursor}&state=accepted", "cursor"), (other, $"cursor={cursor}", "cursor"),
                })
            {
                using var refused = await asked.Door.SendAsync(HttpMethod.Get, $"{asked.Path}/deliveries?{query}");
                await refused.ShouldBlameAsync(member);
            }
            await webhook.Door.RefuseAsync(
                HttpMethod.Get, $"{webhook.Path}/deliveries?conversationId=x", null, 400, "invalid_request");
            await webhook.Door.RefuseAsync(HttpMethod.Get, $"{other.Path}/deliveries", null, 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task A_rare_one_is_found_in_pages_of_bounded_work(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind));
        var rare = await webhook.AddAsync("canceled");
        await FillAsync(webhook, DeliveryLogStore.Window + 10);

        var first = await webhook.Door.GetAsync($"{webhook.Path}/deliveries?state=canceled");
        var second = await webhook.Door.GetAsync($"{webhook.Path}/deliveries?state=canceled&cursor={first["nextCursor"]}");

        Assert.Empty(first["items"]!.AsArray());
        Assert.Equal($"{rare}", (string?)Assert.Single(second["items"]!.AsArray())!["id"]);
        Assert.Null(second["nextCursor"]);
    }

    /// <summary>With real rows and statistics, what failed comes from the queue's own index, all else from the log's key.</summary>
    [Theory, EachDatabase]
    public async Task Every_page_comes_from_an_index(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind));
        await FillAsync(webhook, 5_000);
        for (var i = 0; i < 3; i++)
        {
            await webhook.WaitAsync(null, 0);
            await webhook.FailAsync(1_000 + i);
        }
        await ParkManyAsync(webhook, 2_000);
        await webhook.App.AlterAsync($"analyze");
        var key = new WebhookKey(webhook.OrganizationId, webhook.Door.Line.Id, webhook.Id);
        foreach (var (state, index) in new[] { ("failed", "delivery_parked"), (null, "delivery_pkey") })
        {
            foreach (var after in new[] { null, new Ezw.Foundation.Http.Place(1_002, 0, Guid.CreateVersion7()) })
            {
                var plan = await PlanAsync(webhook.App.Database, DeliveryLogStore.List(
                    webhook.App.Database.Dialect, new DeliveryQuery(key, state, null, null, after, 25)));
                Assert.Contains(
                    kind == DatabaseKind.Sqlite && state is null ? "sqlite_autoindex_delivery_1" : index, plan, StringComparison.Ordinal);
                Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
                Assert.DoesNotContain("SCAN w", plan, StringComparison.Ordinal);
            }
        }
    }

    private static async Task<List<Guid>> AllAsync(QuietWebhook webhook, string query, int pages)
    {
        var found = new List<Guid>();
        var path = $"{webhook.Path}/deliveries{query}";
        JsonNode page = await webhook.Door.GetAsync(path);
        for (var read = 1; ; read++)
        {
            found.AddRange(page["items"]!.AsArray().Select(item => item!["id"]!.GetValue<Guid>()));
            if ((string?)page["nextCursor"] is not { } cursor)
            {
                Assert.Equal(pages, read);
                return found;
            }
            page = await webhook.Door.GetAsync($"{path}{(query.Length == 0 ? '?' : '&')}cursor={cursor}");
        }
    }

    private static Task FillAsync(QuietWebhook webhook, int count)
    {
        var later = TimeProvider.System.GetUtcNow().AddSeconds(1);
        Rows rows = Rows.Of("r", Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7(later)).ToList()).Uuid("id", id => id);
        return webhook.App.AlterAsync($"""
            insert into delivery (organization_id, webhook_id, id, line_id, event, body, state, attempts, created_at, finished_at)
            select {webhook.OrganizationId}, {webhook.Id}, r.id, {webhook.Door.Line.Id}, 'messages.post', '', 'accepted', 1, 0, 0
            from {rows}
            """);
    }

    private static Task ParkManyAsync(QuietWebhook webhook, long count) => webhook.App.AlterAsync($"""
        insert into delivery_queue (organization_id, webhook_id, delivery_id, line_id, lane_id, place, attempts, tries, once, parked_at)
        select d.organization_id, d.webhook_id, d.id, d.line_id, d.id, 0, 1, 1, 0, 1000 from delivery d
        where d.webhook_id = {webhook.Id} and d.state = 'accepted' limit {count}
        """);

    private static async Task<string> PlanAsync(Database database, Sql query)
    {
        await using var db = await database.ReadAsync(default);
        Sql explained = db.Dialect.Kind == DatabaseKind.Postgres ? Sql.Of($"explain {query}") : Sql.Of($"explain query plan {query}");
        var column = db.Dialect.Kind == DatabaseKind.Postgres ? 0 : 3;
        return string.Join('\n', await db.QueryAsync(explained, row => row.GetString(column), default));
    }
}
