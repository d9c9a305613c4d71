using System.Globalization;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>What a receiver sees when all is well.</summary>
public sealed class DeliveringTests
{
    [Theory, EachDatabase]
    public async Task A_message_is_told_with_its_headers_and_accepted_by_any_2xx(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(202);
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"],"headers":{"Authorization":"Bearer theirs"}""");

        await world.WritesAsync("shalom שלום 👋");

        var call = (await receiver.ReceivesAsync(1))[0];
        Assert.Equal(("messages.post", "shalom שלום 👋"), (call.Event, call.Text));
        Assert.Equal($"{world.Line.Id}", call.Headers["X-EZW-Line-Id"]);
        Assert.Equal($"{hook.Id}", call.Headers["X-EZW-Webhook-Id"]);
        Assert.Equal(("1", "Bearer theirs"), (call.Headers["X-EZW-Attempt"], call.Headers["Authorization"]));
        Assert.Equal("application/json; charset=utf-8", call.Headers["Content-Type"]);
        Assert.Equal(call.Headers["X-EZW-Delivery-Id"], call.Headers["webhook-id"]);
        var delivery = await hook.DeliveryInAsync(call.DeliveryId, "accepted");
        Assert.Equal(System.Text.Encoding.UTF8.GetString(call.Body), (string?)delivery["body"]);
        var attempt = delivery["log"]!.AsArray().Single()!;
        Assert.Equal((1, 202), ((int)attempt["number"]!, (int)attempt["status"]!));
        Assert.NotNull(attempt["dnsMs"]);
        Assert.NotNull(attempt["connectMs"]);
        Assert.NotNull(attempt["firstByteMs"]);
        Assert.Null(attempt["tlsMs"]);
    }

    /// <summary>One line's news are nobody else's: not another webhook's that does not want them, and not another line's.</summary>
    [Theory, EachDatabase]
    public async Task A_webhook_is_told_what_it_subscribed_to_of_its_own_line(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        await world.HookAsync($"{receiver.Url}/all");
        await world.HookAsync($"{receiver.Url}/chats", ""","events":["chats.post"]""");
        var other = await world.Acme.PairLineAsync("Sales");
        await world.HookAsync($"{receiver.Url}/other", line: other);

        await world.WritesAsync("one");
        await other.ReceiveAsync(world.Ana, "two");

        var calls = await receiver.ReceivesAsync(5);
        Assert.Equal(["chats.post", "messages.post"], EventsOf("/hook/all"));
        Assert.Equal(["chats.post"], EventsOf("/hook/chats"));
        Assert.Equal(["chats.post", "messages.post"], EventsOf("/hook/other"));
        Assert.Equal(["one"], calls.Where(call => call.Path == "/hook/all" && call.Text is not null).Select(call => call.Text));

        IEnumerable<string> EventsOf(string path) => calls.Where(call => call.Path == path).Select(call => call.Event).Order();
    }

    [Theory, EachDatabase]
    public async Task What_we_send_is_told_with_every_step_that_it_takes(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        await world.HookAsync(receiver.Url, ""","events":["messages.post","statuses.post"]""");

        await world.Line.SendTextAsync(world.Ana, "Your order is ready");

        await Eventually.BecomesAsync(
            () => Task.FromResult(receiver.Calls.Any(call => StatusOf(call) == "delivered")), told => told, "the last step");
        var calls = receiver.Calls;
        var message = calls.Single(call => call.Event == "messages.post").Json["messages"]![0]!;
        Assert.True((bool)message["from_me"]!);
        Assert.Equal("messages.post", calls[0].Event);
        // WhatsApp's receipt may be faster than its answer; then there is no step between.
        Assert.Contains(string.Join(' ', calls.Select(StatusOf).OfType<string>()), (string[])["sent delivered", "delivered"]);
        Assert.All(calls.Where(call => call.Event == "statuses.post"), call =>
            Assert.Equal((string?)message["id"], (string?)call.Json["statuses"]![0]!["id"]));
    }

    /// <summary>WH-15 and WH-16: the bytes that are signed are the bytes that are sent, and each attempt is signed anew.</summary>
    [Theory, EachDatabase]
    public async Task Every_attempt_is_signed_as_Standard_Webhooks_wants_it(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith(500, 200);
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,1.1");
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        string[] texts = ["a", "\"\\/<>&+'", "line\u2028separator", "👩‍👩‍👧‍👦 שלום עולם", new string('x', 40_000), "\u0001\t\r\n"];

        await world.WritesAsync(texts[0]);
        await receiver.ReceivesAsync(2);
        foreach (var text in texts.Skip(1))
            await world.WritesAsync(text);

        var calls = await receiver.ReceivesAsync(texts.Length + 1);
        Assert.Equal(texts, calls.Skip(1).Select(call => call.Text));
        await SignedCalls.AllVerifyAsync(calls.Select(call => (hook.Secret, call)));
        await SignedCalls.NoneVerifiesAsync(calls.Select(call => ("whsec_" + Convert.ToBase64String(new byte[32]), call)));
        var (first, second) = (calls[0], calls[1]);
        Assert.Equal(first.DeliveryId, second.DeliveryId);
        Assert.Equal((1, 2), (first.Attempt, second.Attempt));
        Assert.Equal(first.Body, second.Body);
        Assert.True(Timestamp(second) > Timestamp(first));
    }

    [Theory, EachDatabase]
    public async Task Conversations_do_not_wait_for_each_other_and_each_keeps_its_order(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver, "Ezw:Webhooks:Schedule=0,0.3,0.3,0.3,0.3");
        await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        var refused = 0;
        receiver.Answers = (call, http) =>
        {
            var slow = call.Text!.StartsWith("slow", StringComparison.Ordinal);
            http.Response.StatusCode = slow && Interlocked.Increment(ref refused) <= 3 ? 500 : 200;
            return Task.CompletedTask;
        };

        for (var i = 0; i < 12; i++)
        {
            await world.WritesAsync($"slow {i}", "+972541111111");
            await world.WritesAsync($"fast {i}", "+972542222222");
        }

        await receiver.ReceivesAsync(27);
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"slow {i}"), AcceptedOf("slow"));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"fast {i}"), AcceptedOf("fast"));
        Assert.Contains(receiver.Calls.TakeWhile(call => call.Text != "slow 1"), call => call.Text == "fast 1");

        IEnumerable<string?> AcceptedOf(string which) =>
            receiver.Accepted.Where(call => call.Text!.StartsWith(which, StringComparison.Ordinal)).Select(call => call.Text);
    }

    private static string? StatusOf(Call call) => (string?)call.Json["statuses"]?[0]?["status"];

    private static long Timestamp(Call call) => long.Parse(call.Headers["webhook-timestamp"], CultureInfo.InvariantCulture);

    /// <summary>Neither a page of the log nor what is in hand is bounded by numbers alone: people write long messages, and many.</summary>
    [Theory, EachDatabase]
    public async Task Long_messages_are_told_whole_and_in_order(DatabaseKind kind)
    {
        const int messages = 90;
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(kind, receiver);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        await hook.ChangeAsync("""{"enabled":false}""");
        var before = await world.App.CountAsync($"select max(position) from event where organization_id = {world.Acme.OrganizationId}");
        for (var i = 0; i < messages; i++)
            await world.WritesAsync($"{i} {new string('א', 30_000)}");
        // The log of a night, all at once.
        await world.App.AlterAsync($"update webhook set enabled = 1, until_position = null, version = version + 1 where id = {hook.Id}");
        await world.App.AlterAsync(
            $"update webhook_relay set position = {before} where organization_id = {world.Acme.OrganizationId}");

        await receiver.ReceivesAsync(messages);

        Assert.Equal(
            Enumerable.Range(0, messages).Select(i => $"{i} {new string('א', 30_000)}"), receiver.Accepted.Select(call => call.Text));
    }
}
