using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>What becomes of deliveries that are not accepted: WH-04, WH-12, WH-13, WH-17 and WH-23.</summary>
public sealed class FailingTests
{
    /// <summary>WH-04: one attempt each, so that every status is seen by itself.</summary>
    [Theory, EachDatabase]
    public async Task Only_2xx_accepts_and_no_redirect_is_followed(DatabaseKind kind)
    {
        int[] refusing = [300, 301, 302, 307, 308, 400, 401, 404, 408, 409, 413, 429, 500, 502, 503, 504];
        int[] accepting = [200, 201, 204, 299];
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers = (call, http) =>
        {
            http.Response.StatusCode = int.Parse(call.Text!, null);
            http.Response.Headers.Location = $"http://127.0.0.1:{receiver.Port}/elsewhere";
            return Task.CompletedTask;
        };
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:BreakerFailures=1000");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"],"persistent":false""");

        foreach (var status in refusing.Concat(accepting))
            await world.WritesAsync($"{status}");

        await hook.AttemptsReachAsync(20);
        Assert.Equal(20, receiver.Calls.Count);
        Assert.All(receiver.Calls, call => Assert.Equal("/hook", call.Path));
        Assert.Equal(accepting.Length, (await hook.DeliveriesAsync("&state=accepted")).Count);
        Assert.Equal(refusing.Length, (await hook.DeliveriesAsync("&state=failed")).Count);
        Assert.Empty(await hook.DeliveriesAsync("&state=waiting"));
    }

    [Theory, EachDatabase]
    public async Task A_target_that_is_gone_turns_the_webhook_off(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(410);
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");

        await world.WritesAsync("one");

        var view = await hook.HealthInAsync("disabled");
        Assert.Equal(("gone", false), ((string?)view["disabledReason"], (bool)view["enabled"]!));
        Assert.NotNull(view["disabledAt"]);
        await world.WritesAsync("two");
        Assert.Single(receiver.Calls);
        Assert.Equal(1, await world.App.CountAsync(
            $"select count(*) from event where kind = 'webhook.disabled' and subject_id = {hook.Id}"));
    }

    [Theory, EachDatabase]
    public async Task After_the_schedule_a_delivery_is_given_up_and_the_next_goes_on(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers = (call, http) =>
        {
            http.Response.StatusCode = call.Text == "bad" ? 400 : 200;
            return http.Response.WriteAsync("because");
        };
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,0.1,0.1");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");

        await world.WritesAsync("bad");
        await world.WritesAsync("good");

        await receiver.ReceivesAsync(4);
        Assert.Equal(["bad", "bad", "bad", "good"], receiver.Calls.Select(call => call.Text));
        Assert.Equal([1, 2, 3, 1], receiver.Calls.Select(call => call.Attempt));
        var given = await hook.DeliveryInAsync(receiver.Calls[0].DeliveryId, "failed");
        Assert.Equal(["because", "because", "because"], given["log"]!.AsArray().Select(attempt => (string?)attempt!["answer"]));
        await hook.DeliveryInAsync(receiver.Calls[3].DeliveryId, "accepted");
    }

    /// <summary>WH-12: what waits stays, what happens meanwhile is not told, and turning it on again resumes.</summary>
    [Theory, EachDatabase]
    public async Task Nothing_is_sent_while_it_is_off_and_what_waited_goes_out_when_it_is_on_again(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,3");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("before");
        await hook.AttemptsReachAsync(1);

        await hook.ChangeAsync("""{"enabled":false}""");
        await world.WritesAsync("meanwhile");
        await world.App.AlterAsync($"update delivery_queue set due_at = 1 where webhook_id = {hook.Id}");
        await Eventually.BecomesAsync(
            () => world.App.CountAsync($"""
                select count(*) from webhook_relay r join event_position p on p.organization_id = r.organization_id
                where p.position = r.position
                """),
            caught => caught == 1, "the relay to catch up");
        Assert.Single(receiver.Calls);
        await hook.ChangeAsync("""{"enabled":true}""");
        await world.WritesAsync("after");

        await receiver.ReceivesAsync(3);
        Assert.Equal(["before", "before", "after"], receiver.Calls.Select(call => call.Text));
    }

    /// <summary>The relay may be behind when somebody turns it off: what happened before is told, when it is on again.</summary>
    [Theory, EachDatabase]
    public async Task What_happened_before_it_was_turned_off_is_told_and_what_happened_while_it_was_off_is_not(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        var before = await world.App.CountAsync($"select position from webhook_relay where organization_id = {world.Acme.OrganizationId}");
        await world.WritesAsync("before");
        await receiver.ReceivesAsync(1);
        await hook.ChangeAsync("""{"enabled":false}""");
        // As if the relay had been slow. What it told already stays told.
        await world.WritesAsync("while off");
        await world.App.AlterAsync($"update webhook_relay set position = {before} where organization_id = {world.Acme.OrganizationId}");
        await Eventually.BecomesAsync(
            () => hook.DeliveriesAsync(), all => all.Count == 2, "what was told late");
        await Eventually.BecomesAsync(
            () => world.App.CountAsync($"""
                select count(*) from webhook_relay r join event_position p on p.organization_id = r.organization_id
                where r.organization_id = {world.Acme.OrganizationId} and r.position = p.position
                """), caughtUp => caughtUp == 1, "the relay at the end");

        await hook.ChangeAsync("""{"enabled":true}""");
        await world.WritesAsync("after");
        await receiver.ReceivesAsync(3);
        Assert.Equal(["before", "before", "after"], receiver.Accepted.Select(call => call.Text));
    }

    [Theory, EachDatabase]
    public async Task A_deleted_webhook_is_told_nothing_more(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,1");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await hook.AttemptsReachAsync(1);

        using (var deleted = await world.Acme.DeleteAsync(hook.Path))
            Assert.Equal(204, (int)deleted.StatusCode);
        var again = await world.HookAsync($"{receiver.Url}/new", ""","events":["messages.post"]""");
        await world.App.AlterAsync($"update delivery_queue set due_at = 1 where webhook_id = {hook.Id}");
        await world.WritesAsync("two");
        await again.AttemptsReachAsync(1);

        Assert.Equal(["/hook", "/hook/new"], receiver.Calls.Select(call => call.Path));
    }

    /// <summary>WH-13: the address of a webhook never changes; another address is another webhook, and the first goes on.</summary>
    [Theory, EachDatabase]
    public async Task Another_address_is_another_webhook(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,1");
        var first = await world.HookAsync($"{receiver.Url}/1", ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await first.AttemptsReachAsync(1);

        var second = await world.HookAsync($"{receiver.Url}/2", ""","events":["messages.post"]""");
        await world.WritesAsync("two");

        Assert.NotEqual(first.Id, second.Id);
        await first.AttemptsReachAsync(3);
        await second.AttemptsReachAsync(1);
        Assert.Equal(["one", "one", "two"], receiver.Calls.Where(call => call.Path == "/hook/1").Select(call => call.Text));
        Assert.Equal(["two"], receiver.Calls.Where(call => call.Path == "/hook/2").Select(call => call.Text));
    }

    /// <summary>WH-14.</summary>
    [Theory, EachDatabase]
    public async Task While_secrets_overlap_a_delivery_is_signed_with_both(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,1.5");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await hook.AttemptsReachAsync(1);

        var rotated = await RotateAsync(world, hook, 24);
        await receiver.ReceivesAsync(2);
        var (before, during) = (receiver.Calls[0], receiver.Calls[1]);
        await SignedCalls.AllVerifyAsync([(hook.Secret, before), (hook.Secret, during), (rotated, during)]);
        await SignedCalls.NoneVerifiesAsync([(rotated, before)]);

        var last = await RotateAsync(world, hook, 0);
        await world.WritesAsync("two");
        var after = (await receiver.ReceivesAsync(3))[2];
        await SignedCalls.AllVerifyAsync([(last, after)]);
        await SignedCalls.NoneVerifiesAsync([(hook.Secret, after), (rotated, after)]);
    }

    /// <summary>WH-17.</summary>
    [Theory, EachDatabase]
    public async Task Redelivering_what_waits_for_its_retry_makes_no_second_schedule(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,600");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await hook.AttemptsReachAsync(1);
        var delivery = receiver.Calls[0].DeliveryId;

        for (var i = 0; i < 3; i++)
        {
            using var again = await world.Acme.PostAsync($"{hook.Path}/deliveries/{delivery}/redelivery");
            Assert.Equal(202, (int)again.StatusCode);
        }

        await hook.DeliveryInAsync(delivery, "accepted");
        var log = (await hook.DeliveryAsync(delivery))["log"]!.AsArray();
        Assert.Equal(log.Count, receiver.Calls.Count);
        Assert.Equal(Enumerable.Range(1, log.Count), receiver.Calls.Select(call => call.Attempt));
        Assert.All(receiver.Calls, call => Assert.Equal(delivery, call.DeliveryId));
    }

    [Theory, EachDatabase]
    public async Task What_was_accepted_can_be_delivered_again_under_the_same_id(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        var delivery = (await receiver.ReceivesAsync(1))[0].DeliveryId;
        await hook.DeliveryInAsync(delivery, "accepted");

        using (var again = await world.Acme.PostAsync($"{hook.Path}/deliveries/{delivery}/redelivery"))
            Assert.Equal(202, (int)again.StatusCode);

        await receiver.ReceivesAsync(2);
        Assert.Equal([(delivery, 1), (delivery, 2)], receiver.Calls.Select(call => (call.DeliveryId, call.Attempt)));
        Assert.Equal(receiver.Calls[0].Body, receiver.Calls[1].Body);
    }

    /// <summary>WH-23: nobody is asked again before a minute is over, whatever was written meanwhile.</summary>
    [Theory, EachDatabase]
    public async Task A_storm_of_429_is_answered_with_patience(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(429);
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hooks = new List<TestWebhook>();
        for (var i = 0; i < 5; i++)
            hooks.Add(await world.HookAsync($"{receiver.Url}/{i}", ""","events":["messages.post"]"""));

        for (var i = 0; i < 30; i++)
            await world.WritesAsync($"{i}", $"+97254{i:0000000}");

        foreach (var hook in hooks)
            await hook.AttemptsReachAsync(10);
        await Eventually.BecomesAsync(
            () => world.App.CountAsync($"select count(*) from webhook_health where open_until is not null"), open => open == 5,
            "open breakers");
        // Ten failures open the breaker; what was under way then is all that still comes.
        Assert.InRange(receiver.Calls.Count, 50, 5 * (10 + 16));
        Assert.All(receiver.Calls, call => Assert.Equal(1, call.Attempt));
        Assert.Equal("paused", (string?)(await hooks[0].ViewAsync())["health"]!["state"]);
    }

    [Theory, EachDatabase]
    public async Task A_test_is_sent_also_while_the_webhook_is_off(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","enabled":false""");

        using var tested = await world.Acme.PostAsync($"{hook.Path}/test");
        var delivery = (Guid)(await tested.ShouldBeJsonAsync(202))["deliveryId"]!;

        var call = (await receiver.ReceivesAsync(1))[0];
        Assert.Equal(("webhook.test", delivery), (call.Event, call.DeliveryId));
        await hook.DeliveryInAsync(delivery, "accepted");
        await SignedCalls.AllVerifyAsync([(hook.Secret, call)]);
    }

    private static async Task<string> RotateAsync(WebhookWorld world, TestWebhook hook, int overlapHours)
    {
        using var rotated = await world.Acme.PostAsync($"{hook.Path}/secret", $$"""{"overlapHours":{{overlapHours}}}""");
        return (string)(await rotated.ShouldBeJsonAsync(201))["secret"]!;
    }

    /// <summary>Whoever repaired the target and turns it on again does not wait for the breaker of before.</summary>
    [Theory, EachDatabase]
    public async Task Turning_it_off_and_on_again_closes_the_breaker(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500);
        await using var world = await WebhookWorld.StartAsync(
            kind, receiver, "Ezw:Webhooks:BreakerFailures=1", "Ezw:Webhooks:BreakerSeconds=3600", "Ezw:Webhooks:Schedule=0,0.1,0.1");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await hook.HealthInAsync("paused");
        receiver.AnswerWith(200);

        await hook.ChangeAsync("""{"enabled":false}""");
        await hook.ChangeAsync("""{"enabled":true}""");

        var view = await Eventually.BecomesAsync(
            hook.ViewAsync, now => (long)now["health"]!["accepted"]! == 1, "what waited");
        Assert.Equal("healthy", (string?)view["health"]!["state"]);
    }
}
