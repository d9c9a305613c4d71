using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Logging;

/// <summary>Reading one delivery, testing, delivering again, canceling.</summary>
[Collection(QuietCollection.Name)]
public sealed class ActingOnDeliveriesTests(QuietApps apps)
{
    [Theory, EachDatabase]
    public async Task One_is_read_with_its_body_and_every_attempt(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var id = await webhook.AddAsync("accepted", attempts: 52);
            for (var number = 1L; number <= 52; number++)
                await webhook.App.AlterAsync($"""
                    insert into delivery_attempt (organization_id, delivery_id, number, started_at, duration_ms, dns_ms, connect_ms, tls_ms,
                        first_byte_ms, status, error, answer)
                    values ({webhook.OrganizationId}, {id}, {number}, {number * 1000}, 40, {(number == 52 ? 1L : null)}, 2, 3, 4,
                        {(number == 51 ? null : 200L)}, {(number == 51 ? "timed_out" : null)}, {new byte[] { 0x6F, 0x6B, 0xFF }})
                    """);

            var detail = await webhook.Door.GetAsync($"{webhook.Path}/deliveries/{id}");

            Assert.Equal("""{"event":"messages.post"}""", (string?)detail["body"]);
            Assert.Equal((52, "accepted"), ((long)detail["delivery"]!["attempts"]!, (string?)detail["delivery"]!["state"]));
            var log = detail["log"]!.AsArray();
            Assert.Equal(Enumerable.Range(3, 50).Select(number => (long)number), log.Select(attempt => (long)attempt!["number"]!));
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(52), log[49]!["startedAt"]!.GetValue<DateTimeOffset>());
            Assert.Equal([40, 1, 2, 3, 4, 200], new[] { "durationMs", "dnsMs", "connectMs", "tlsMs", "firstByteMs", "status" }
                .Select(member => (long)log[49]![member]!));
            Assert.Equal((null, "ok\uFFFD"), (log[49]!["error"], (string?)log[49]!["answer"]));
            Assert.Equal(("timed_out", null, null), ((string?)log[48]!["error"], log[48]!["status"], log[48]!["dnsMs"]));
            await webhook.Door.RefuseAsync(
                HttpMethod.Get, $"{webhook.Path}/deliveries/{Guid.CreateVersion7()}", null, 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task A_test_is_queued_also_while_the_webhook_is_off(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            await webhook.Door.PatchAsync(webhook.Path, """{"enabled":false}""");
            using var answer = await webhook.Door.SendAsync(HttpMethod.Post, $"{webhook.Path}/test");
            var id = (await answer.ShouldBeJsonAsync(202))["deliveryId"]!.GetValue<Guid>();

            Assert.Equal($"{webhook.Door.Path}{webhook.Path}/deliveries/{id}", answer.Headers.Location?.OriginalString);
            var detail = await webhook.Door.GetAsync($"{webhook.Path}/deliveries/{id}");
            Assert.NotNull(JsonNode.Parse((string)detail["body"]!));
            Assert.Equal(("webhook.test", "waiting", null, null), ((string?)detail["delivery"]!["event"],
                (string?)detail["delivery"]!["state"], detail["delivery"]!["conversationId"], detail["delivery"]!["subjectId"]));
            Assert.Equal("lane own place -1 due -1 held - attempts 0 tries 0 once 1 of - parked -", await webhook.QueuedAsync(id));
            Assert.Equal(1, (long)(await webhook.HealthAsync())["waiting"]!);
            Assert.Equal(1, await webhook.App.CountAsync($"""
                select count(*) from event where organization_id = {webhook.OrganizationId} and kind = 'webhook.changed'
                  and subject_id = {webhook.Id} and position = (
                    select max(position) from event where organization_id = {webhook.OrganizationId})
                """));

            await webhook.Door.RefuseAsync(HttpMethod.Post, $"{webhook.Path}/test", null, 409, "test_waiting");
            await webhook.Door.DeleteAsync($"{webhook.Path}/deliveries/{id}");
            await webhook.Door.AskAsync(HttpMethod.Post, $"{webhook.Path}/test", null, 202);
            await webhook.Door.RefuseAsync(HttpMethod.Post, $"/{Guid.CreateVersion7()}/test", null, 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task What_is_at_its_end_is_queued_again_in_a_lane_of_its_own(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var conversation = Guid.CreateVersion7();
            var before = await webhook.WaitAsync(conversation, 9_000_000_000_000);
            var accepted = await webhook.AddAsync("accepted", conversation: conversation, attempts: 1, finishedAt: 1_000);
            var failed = await webhook.FailAsync(2_000, conversation: conversation, redelivery: Guid.CreateVersion7());
            var canceled = await webhook.AddAsync("canceled", conversation: conversation, attempts: 2, finishedAt: 1_000);
            Assert.Equal((1, 1, 1), await CountsAsync(webhook));

            foreach (var (id, attempts) in new[] { (accepted, 1), (failed, 10), (canceled, 2) })
            {
                Assert.Equal($"{id}", await RedeliverAsync(webhook, id));
                Assert.Equal(
                    $"lane own place 0 due 0 held - attempts {attempts} tries 0 once 0 of - parked -", await webhook.QueuedAsync(id));
                var delivery = await webhook.DeliveryAsync(id);
                Assert.Equal(
                    ("waiting", null, attempts), ((string?)delivery["state"], delivery["finishedAt"], (long)delivery["attempts"]!));
                Assert.NotNull(delivery["nextAttemptAt"]);
            }
            Assert.Equal((4, 1, 1), await CountsAsync(webhook));
            Assert.Equal("lane shared place 1 due 9000000000000 held - attempts 0 tries 0 once 0 of - parked -",
                await webhook.QueuedAsync(before));
        }
    }

    [Theory, EachDatabase]
    public async Task A_webhook_that_does_not_persist_gets_one_attempt_again(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind), persistent: false);
        var (failed, accepted) = (await webhook.FailAsync(2_000, attempts: 1), await webhook.AddAsync("accepted", attempts: 1));

        foreach (var id in new[] { failed, accepted })
        {
            await RedeliverAsync(webhook, id);
            Assert.Equal("lane own place 0 due 0 held - attempts 1 tries 0 once 1 of - parked -", await webhook.QueuedAsync(id));
        }
    }

    /// <summary>WH-17: what waits already is not queued twice.</summary>
    [Theory, EachDatabase]
    public async Task What_waits_is_hastened_and_never_queued_twice(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var lane = Guid.CreateVersion7();
            var later = await webhook.WaitAsync(lane, 9_000_000_000_000, attempts: 3);
            var behind = await webhook.WaitAsync(lane);
            var inHand = await webhook.WaitAsync(null, 7_000, await webhook.EpochAsync(), 1);
            var abandoned = await webhook.WaitAsync(null, 7_000, await webhook.EpochAsync() - 1, 1);
            var counts = await CountsAsync(webhook);

            foreach (var (id, expected) in new[]
                {
                    (later, "lane shared place 1 due 0 held - attempts 3 tries 3 once 0 of - parked -"),
                    (behind, "lane shared place 2 due - held - attempts 0 tries 0 once 0 of - parked -"),
                    (inHand, $"lane own place 3 due 7000 held {await webhook.EpochAsync()} attempts 1 tries 1 once 0 of - parked -"),
                    (abandoned, $"lane own place 4 due 0 held {await webhook.EpochAsync() - 1} attempts 1 tries 1 once 0 of - parked -"),
                })
            {
                Assert.Equal($"{id}", await RedeliverAsync(webhook, id));
                Assert.Equal($"{id}", await RedeliverAsync(webhook, id));
                Assert.Equal(expected, await webhook.QueuedAsync(id));
            }
            Assert.Equal(counts, await CountsAsync(webhook));
            await webhook.Door.RefuseAsync(
                HttpMethod.Post, $"{webhook.Path}/deliveries/{Guid.CreateVersion7()}/redelivery", null, 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task Many_who_want_the_same_one_again_queue_it_once(DatabaseKind kind)
    {
        var webhook = await QuietWebhook.MakeAsync(await apps.OnAsync(kind));
        var failed = await webhook.FailAsync(2_000);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RedeliverAsync(webhook, failed)));

        Assert.Equal((1, 0, 1), await CountsAsync(webhook));
        Assert.Equal("lane own place 0 due 0 held - attempts 10 tries 0 once 0 of - parked -", await webhook.QueuedAsync(failed));
    }

    [Theory, EachDatabase]
    public async Task What_waits_is_canceled_and_the_next_of_its_lane_follows(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var lane = Guid.CreateVersion7();
            var head = await webhook.WaitAsync(lane, 9_000_000_000_000, attempts: 4);
            var second = await webhook.WaitAsync(lane);
            var third = await webhook.WaitAsync(lane);
            var abandoned = await webhook.WaitAsync(null, 0, await webhook.EpochAsync() - 1);

            await CancelAsync(webhook, second);
            Assert.Equal("lane shared place 3 due - held - attempts 0 tries 0 once 0 of - parked -", await webhook.QueuedAsync(third));
            await CancelAsync(webhook, head);
            Assert.Equal("lane shared place 3 due 0 held - attempts 0 tries 0 once 0 of - parked -", await webhook.QueuedAsync(third));
            await CancelAsync(webhook, abandoned);

            foreach (var (id, attempts) in new[] { (head, 4), (second, 0), (abandoned, 0) })
            {
                Assert.Null(await webhook.QueuedAsync(id));
                var delivery = await webhook.DeliveryAsync(id);
                Assert.Equal(
                    ("canceled", attempts, null), ((string?)delivery["state"], (long)delivery["attempts"]!, delivery["nextAttemptAt"]));
                Assert.NotNull(delivery["finishedAt"]);
                await CancelAsync(webhook, id);
            }
            Assert.Equal((1, 0, 0), await CountsAsync(webhook));
        }
    }

    [Theory, EachDatabase]
    public async Task What_is_on_its_way_or_at_its_end_is_not_canceled(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var inHand = await webhook.WaitAsync(null, 0, await webhook.EpochAsync(), 1);
            var (accepted, failed) = (await webhook.AddAsync("accepted"), await webhook.FailAsync(1_000));
            var counts = await CountsAsync(webhook);

            foreach (var (id, status, code) in new[]
                {
                    (inHand, 409, "delivery_in_progress"), (accepted, 409, "delivery_finished"), (failed, 409, "delivery_finished"),
                    (Guid.CreateVersion7(), 404, "not_found"),
                })
                await webhook.Door.RefuseAsync(HttpMethod.Delete, $"{webhook.Path}/deliveries/{id}", null, status, code);
            Assert.NotNull(await webhook.QueuedAsync(inHand));
            Assert.NotNull(await webhook.QueuedAsync(failed));
            Assert.Equal(counts, await CountsAsync(webhook));
        }
    }

    private static async Task<string?> RedeliverAsync(QuietWebhook webhook, Guid id)
    {
        var answer = await webhook.Door.AskAsync(HttpMethod.Post, $"{webhook.Path}/deliveries/{id}/redelivery", null, 202);
        return (string?)answer["deliveryId"];
    }

    private static Task CancelAsync(QuietWebhook webhook, Guid id) => webhook.Door.DeleteAsync($"{webhook.Path}/deliveries/{id}");

    private static async Task<(long Waiting, long Accepted, long GivenUp)> CountsAsync(QuietWebhook webhook)
    {
        var health = await webhook.HealthAsync();
        return ((long)health["waiting"]!, (long)health["accepted"]!, (long)health["givenUp"]!);
    }
}
