using Ezw.Foundation.Security.Outbound;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Tests.Support;
using Ezw.Webhooks.Delivering;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>WH-19: a node that lost the line writes nothing, whatever its receivers answer; and what runs twice counts once.</summary>
public sealed class FencingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_stale_result_changes_nothing(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.StaySilent();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await world.WritesAsync("one");
        await receiver.ReceivesCallsAsync(1);
        var held = await HeldAsync(world, hook);

        var stale = held with { Line = held.Line with { Epoch = held.Line.Epoch - 1 } };
        Assert.False((await CommitAsync(world, new DeliveryFinishStore(), stale)).IsCurrent);
        Assert.False(await CommitAsync(world, new DeliveryStartStore(), new DeliveryStart(stale.Line, hook.Id, held.Delivery.Id, 1)));
        Assert.Equal(0, await hook.AttemptsAsync());
        Assert.Equal("waiting", (string?)(await hook.DeliveryAsync(held.Delivery.Id))["delivery"]!["state"]);
        Assert.Equal(0, (long)(await hook.ViewAsync())["health"]!["accepted"]!);

        for (var i = 0; i < 2; i++)
            Assert.True((await CommitAsync(world, new DeliveryFinishStore(), held)).IsCurrent);
        var view = (await hook.ViewAsync())["health"]!;
        Assert.Equal((1, 0), ((int)view["accepted"]!, (int)view["waiting"]!));
        Assert.Equal(1, await hook.AttemptsAsync());
        Assert.Equal("accepted", (string?)(await hook.DeliveryAsync(held.Delivery.Id))["delivery"]!["state"]);
    }

    /// <summary>A node that is gone held the first: its line's next owner has not put it back yet when somebody cancels it.</summary>
    [Theory, EachDatabase]
    public async Task Canceling_what_a_dead_node_holds_lets_the_next_of_its_conversation_go(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        receiver.AnswerWith(500);
        await world.WritesAsync("one");
        await world.WritesAsync("two");
        await hook.AttemptsReachAsync(1);
        receiver.AnswerWith(200);
        var first = receiver.Calls[0].DeliveryId;
        await world.App.AlterAsync($"update delivery_queue set held_epoch = 0, due_at = null where delivery_id = {first}");

        using (var canceled = await world.Acme.DeleteAsync($"{hook.Path}/deliveries/{first}"))
            Assert.Equal(204, (int)canceled.StatusCode);

        await Eventually.BecomesAsync(
            () => Task.FromResult(receiver.Accepted.Any(call => call.Text == "two")), told => told, "the next one");
    }

    /// <summary>Only the first of a conversation can have been on its way when a node died; the others have lost no try.</summary>
    [Theory, EachDatabase]
    public async Task What_somebody_held_who_is_gone_goes_out_in_order_and_only_the_first_has_lost_a_try(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        receiver.AnswerWith(500);
        foreach (var text in new[] { "one", "two", "three" })
            await world.WritesAsync(text);
        await hook.AttemptsReachAsync(1);
        await Eventually.BecomesAsync(
            () => world.App.CountAsync($"select count(*) from delivery_queue where webhook_id = {hook.Id} and held_epoch is null"),
            waiting => waiting == 3, "three that wait");
        receiver.AnswerWith(200);
        await world.App.AlterAsync($"""
            update delivery_queue set held_epoch = 0, due_at = null, attempts = attempts + 1, tries = tries + 1 where webhook_id = {hook.Id}
            """);

        await Eventually.BecomesAsync(
            () => Task.FromResult(receiver.Accepted.Count), count => count == 3, "all three");
        Assert.Equal(["one 3", "two 1", "three 1"], receiver.Accepted.Select(call => $"{call.Text} {call.Attempt}"));
    }

    /// <summary>Whoever wants one attempt at most gets none twice when a node dies: nothing is in hand that is not on its way.</summary>
    [Theory, EachDatabase]
    public async Task Of_what_is_sent_once_only_what_is_on_its_way_is_in_hand(DatabaseKind kind)
    {
        const int atOnce = 2;
        await using var receiver = await Receiver.StartAsync();
        receiver.StaySilent();
        await using var world = await WebhookWorld.StartAsync(kind, receiver, $"Ezw:Webhooks:AtOncePerWebhook={atOnce}");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"],"persistent":false""");
        for (var person = 0; person < 5; person++)
        {
            await world.WritesAsync("first", $"+97254111111{person}");
            await world.WritesAsync("second", $"+97254111111{person}");
        }
        await receiver.ReceivesCallsAsync(atOnce);
        await hook.ViewAsync();

        Assert.Equal(atOnce, await world.App.CountAsync(
            $"select count(*) from delivery_queue where webhook_id = {hook.Id} and held_epoch is not null"));

        receiver.AnswerWith(200);
        receiver.LetGo();
        await receiver.ReceivesCallsAsync(10);
    }

    private static Task<TOutcome> CommitAsync<TItem, TOutcome>(WebhookWorld world, CommitKind<TItem, TOutcome> kind, TItem item) =>
        world.App.Part<CommitQueue>().CommitAsync(kind, item, Cancellation);

    /// <summary>The end that the server would write if the receiver accepted.</summary>
    private static async Task<DeliveryFinish> HeldAsync(WebhookWorld world, TestWebhook hook)
    {
        await using var db = await world.App.Database.ReadAsync(Cancellation);
        return (await db.QueryAsync($"""
            select q.organization_id, q.line_id, q.held_epoch, q.delivery_id, q.lane_id, q.place from delivery_queue q
            where q.webhook_id = {hook.Id}
            """, row => new DeliveryFinish(
                new LineKey(row.Uuid(0), row.Uuid(1), row.GetInt64(2)), hook.Id,
                new LaneDelivery(row.Uuid(3), row.Uuid(4), row.GetInt64(5), 0, 0, false, null, "messages.post", "{}"),
                DeliveryEnd.Accepted, true, null, new BreakerState(0, 0, null),
                Attempt: new DeliveryAttempt(1, TimeSpan.Zero, ExchangeTimes.None, 200, null, null, [])), Cancellation)).Single();
    }
}
