using System.Net;
using Ezw.Foundation.Storage;
using Ezw.Tests.Foundation.Outbound;
using Ezw.Tests.Support;
using Ezw.Webhooks;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>SSRF-01: what was harmless when it was saved is checked again whenever it is called, for a test as for a message.</summary>
public sealed class HostileTargetTests
{
    private const string Once = ""","events":["messages.post"],"persistent":false""";

    /// <summary>As if somebody had found a way to save it: the corpus against what calls.</summary>
    [Theory, EachDatabase]
    public async Task No_target_of_the_corpus_is_called_for_a_test_or_a_message(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await WebhookWorld.StartAsync(
            kind, receiver, "Ezw:Outbound:AllowCidrs=", "Ezw:Webhooks:BreakerFailures=10000");
        var hooks = new List<TestWebhook>();
        for (var i = 0; i < Webhook.MaxPerLine; i++)
            hooks.Add(await world.HookAsync($"https://hooks.example.com/{i}", Once));
        var told = 0;
        foreach (var hosts in SavingAUrlTests.DeniedHosts.Chunk(hooks.Count))
        {
            foreach (var (hook, host) in hooks.Zip(hosts))
            {
                var url = $"http://{host.Data}:{receiver.Port}/hook";
                await world.App.AlterAsync($"update webhook set target_url = {url}, version = version + 1 where id = {hook.Id}");
                using var tested = await world.Acme.PostAsync($"{hook.Path}/test");
                Assert.Equal(202, (int)tested.StatusCode);
            }
            await world.WritesAsync("something");
            told += 2 * hosts.Length + (hooks.Count - hosts.Length);
            await Eventually.BecomesAsync(
                () => world.App.CountAsync($"select sum(given_up) from webhook_health"), ended => ended == told, $"the end of all {told}");
        }

        Assert.Empty(receiver.Calls);
        Assert.Equal(told, await world.App.CountAsync(
            $"select count(*) from delivery_attempt where status is null and (error = 'blocked' or error like 'url_%')"));
    }

    [Theory, EachDatabase]
    public async Task A_name_that_changes_its_mind_after_it_was_saved_is_not_followed(DatabaseKind kind)
    {
        var leadsTo = "127.0.0.1";
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers = (_, http) =>
        {
            // Else the connection that was checked would serve the next one, too.
            http.Response.Headers.Connection = "close";
            return Task.CompletedTask;
        };
        await using var world = await WebhookWorld.StartAsync(
            kind, receiver, (_, _) => Task.FromResult<IPAddress[]>([.. leadsTo.Split(' ').Select(IPAddress.Parse)]),
            "Ezw:Webhooks:Schedule=0,0.5,0.5,0.5,0.5,0.5,0.5,0.5");
        var hook = await world.HookAsync($"http://rebinding.example.com:{receiver.Port}/hook", ""","events":["messages.post"]""");
        await world.WritesAsync("saved");
        await receiver.ReceivesAsync(1);

        foreach (var (elsewhere, calls) in new[] { ("127.0.0.2", 1), ("127.0.0.1 169.254.169.254", 2), ("::ffff:10.0.0.1", 3) })
        {
            leadsTo = elsewhere;
            var attempts = await hook.AttemptsAsync();
            await world.WritesAsync($"while it leads to {elsewhere}");
            using (var tested = await world.Acme.PostAsync($"{hook.Path}/test"))
                await hook.DeliveryInAsync((Guid)(await tested.ShouldBeJsonAsync(202))["deliveryId"]!, "failed");
            await hook.AttemptsReachAsync(attempts + 2);
            Assert.Contains("address", (string?)(await hook.ViewAsync())["health"]!["lastError"], StringComparison.Ordinal);
            Assert.Equal(calls, receiver.Calls.Count);

            // Between two attempts it may also become harmless again; the test had its only one.
            leadsTo = "127.0.0.1";
            await receiver.ReceivesAsync(calls + 1);
        }
    }
}
