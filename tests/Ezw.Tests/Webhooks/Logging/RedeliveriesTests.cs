using System.Text.Json.Nodes;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Logging;

/// <summary>"All that failed since": asked for, looked at, canceled.</summary>
[Collection(QuietCollection.Name)]
public sealed class RedeliveriesTests(QuietApps apps)
{
    [Theory, EachDatabase]
    public async Task It_counts_what_was_given_up_since(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            foreach (var parkedAt in new[] { 1_000L, 2_000, 3_000, 4_000 })
                await webhook.FailAsync(parkedAt);
            await webhook.WaitAsync(null, 0);
            await webhook.AddAsync("accepted");

            using var answer = await webhook.Door.SendAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", Since(2_000));
            var begun = await answer.ShouldBeJsonAsync(202);

            Assert.Equal($"{webhook.Door.Path}{webhook.Path}/redeliveries/{begun["id"]}", answer.Headers.Location?.OriginalString);
            Assert.Equal(($"{webhook.Id}", "working", 3, 0, 0, 0, null), ((string?)begun["webhookId"], (string?)begun["state"],
                (long)begun["total"]!, (long)begun["queued"]!, (long)begun["accepted"]!, (long)begun["failed"]!, begun["finishedAt"]));
            Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(2), begun["since"]!.GetValue<DateTimeOffset>());
            Assert.Equal(begun.ToJsonString(), (await webhook.Door.GetAsync($"{webhook.Path}/redeliveries/{begun["id"]}")).ToJsonString());
        }
    }

    [Theory, EachDatabase]
    public async Task One_is_under_way_at_a_time_until_it_is_canceled(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            await webhook.FailAsync(1_000);
            var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(
                _ => webhook.Door.SendAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", Since(0))));
            var first = await Assert.Single(answers, answer => (int)answer.StatusCode == 202).ShouldBeJsonAsync(202);
            foreach (var refused in answers.Where(answer => (int)answer.StatusCode != 202))
            {
                var problem = await refused.ShouldRefuseAsync(409, "redelivery_working");
                Assert.Equal((string?)first["id"], (string?)problem["current"]!["id"]);
            }

            var path = $"{webhook.Path}/redeliveries/{first["id"]}";
            await webhook.Door.DeleteAsync(path);
            await webhook.Door.DeleteAsync(path);
            var canceled = await webhook.Door.GetAsync(path);
            Assert.Equal("canceled", (string?)canceled["state"]);
            Assert.NotNull(canceled["finishedAt"]);
            await webhook.Door.AskAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", Since(0), 202);
            foreach (var answer in answers)
                answer.Dispose();
        }
    }

    [Theory, EachDatabase]
    public async Task The_latest_are_listed_newest_first(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            var begun = new List<string>();
            for (var i = 0; i < 22; i++)
                begun.Add($"{(await webhook.Door.AskAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", Since(0), 202))["id"]}");

            var page = await webhook.Door.GetAsync($"{webhook.Path}/redeliveries");

            // Ids tell the time to the millisecond; within one there is no order.
            var newest = begun.OrderDescending(StringComparer.Ordinal).Take(20);
            Assert.Equal(newest, page["items"]!.AsArray().Select(item => (string?)item!["id"]));
            Assert.Null(page["nextCursor"]);
            await webhook.Door.RefuseAsync(HttpMethod.Get, $"/{Guid.CreateVersion7()}/redeliveries", null, 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task With_nothing_to_do_it_is_done_at_once(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            await webhook.FailAsync(1_000);
            for (var i = 0; i < 2; i++)
            {
                var done = await webhook.Door.AskAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", Since(1_001), 202);
                Assert.Equal(("done", 0), ((string?)done["state"], (long)done["total"]!));
                Assert.NotNull(done["finishedAt"]);
                await webhook.Door.DeleteAsync($"{webhook.Path}/redeliveries/{done["id"]}");
                Assert.Equal("done", (string?)(await webhook.Door.GetAsync($"{webhook.Path}/redeliveries/{done["id"]}"))["state"]);
            }
        }
    }

    [Theory, EachDatabase]
    public async Task What_is_canceled_by_itself_leaves_it_and_deleting_the_webhook_ends_it(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            for (var i = 0; i < 2; i++)
                await webhook.FailAsync(1_000);
            var begun = await webhook.Door.AskAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", Since(0), 202);
            var id = begun["id"]!.GetValue<Guid>();
            var queued = await webhook.WaitAsync(null, 0, redelivery: id);
            await webhook.App.AlterAsync($"update redelivery set queued = 1 where id = {id}");

            await webhook.Door.DeleteAsync($"{webhook.Path}/deliveries/{queued}");
            var left = await webhook.Door.GetAsync($"{webhook.Path}/redeliveries/{id}");
            Assert.Equal(("working", 1, 0), ((string?)left["state"], (long)left["total"]!, (long)left["queued"]!));

            await webhook.Door.DeleteAsync(webhook.Path);
            Assert.Equal(1, await webhook.App.CountAsync(
                $"select count(*) from redelivery where id = {id} and state = 'canceled' and finished_at is not null"));
            await webhook.Door.RefuseAsync(HttpMethod.Get, $"{webhook.Path}/redeliveries/{id}", null, 404, "not_found");
        }
    }

    [Theory, EachDatabase]
    public async Task It_needs_a_time_that_has_passed_and_a_webhook(DatabaseKind kind)
    {
        foreach (var webhook in await QuietWebhook.BothAsync(await apps.OnAsync(kind)))
        {
            foreach (var json in new[] { "{}", """{"since":null}""", """{"since":"2999-01-01T00:00:00Z"}""" })
            {
                using var refused = await webhook.Door.SendAsync(HttpMethod.Post, $"{webhook.Path}/redeliveries", json);
                await refused.ShouldBlameAsync("since");
            }
            await webhook.Door.RefuseAsync(
                HttpMethod.Post, $"{webhook.Path}/redeliveries", """{"since":"yesterday"}""", 400, "invalid_request");
            await webhook.Door.AskAsync(
                HttpMethod.Post, $"{webhook.Path}/redeliveries", """{"since":"0001-01-01T00:00:00Z"}""", 202);
            foreach (var (method, rest, json) in new[]
                {
                    (HttpMethod.Post, $"/{Guid.CreateVersion7()}/redeliveries", Since(0)),
                    (HttpMethod.Get, $"{webhook.Path}/redeliveries/{Guid.CreateVersion7()}", null),
                    (HttpMethod.Delete, $"{webhook.Path}/redeliveries/{Guid.CreateVersion7()}", null),
                })
                await webhook.Door.RefuseAsync(method, rest, json, 404, "not_found");
        }
    }

    private static string Since(long ms) =>
        new JsonObject { ["since"] = DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("O") }.ToJsonString();
}
