using System.Globalization;
using Ezw.Client;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Ezw.Tests.Webhooks;

namespace Ezw.Tests.Durability;

/// <summary>The server dies at chosen moments of a delivery: WH-01, WH-02, WH-03, WH-18 and WH-24.</summary>
[Collection(ProcessCollection.Name)]
public sealed class WebhookCrashTests
{
    private const int ToDeliverAgain = 2_000;

    /// <summary>WH-02: the receiver accepted, and the server died before it could write that down.</summary>
    [Theory, EachDatabase]
    public async Task What_was_accepted_without_a_record_comes_again_under_the_same_id(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var cluster = await Cluster.StartAsync(kind);
        var server = await LaunchAsync(cluster, receiver);
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        await client.CreateWebhookAsync(receiver.Url);
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        receiver.Answers = async (_, _) =>
        {
            if (killed.Task.IsCompleted)
                return;
            await server.KillAsync();
            killed.TrySetResult();
        };

        await client.SendAsync("+972521111111", "1", "one");
        await killed.Task;
        await server.DisposeAsync();
        server = await LaunchAsync(cluster, receiver);
        await server.ReadyAsync();

        var calls = await receiver.ReceivesAsync(3);
        var (first, second) = (calls[0], calls.Skip(1).First(call => call.DeliveryId == calls[0].DeliveryId));
        Assert.Equal((1, 2), (first.Attempt, second.Attempt));
        Assert.Equal(first.Body, second.Body);
    }

    /// <summary>WH-03, and WH-01 for all that stood behind it: what nobody had begun is delivered after the restart.</summary>
    [Theory, EachDatabase]
    public async Task What_was_stored_and_not_delivered_is_delivered_after_the_restart(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var cluster = await Cluster.StartAsync(kind);
        var server = await LaunchAsync(cluster, receiver);
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        await client.CreateWebhookAsync(receiver.Url);
        // Nobody answers: everything is under way or waits when the server dies.
        receiver.StaySilent();
        for (var i = 1; i <= 40; i++)
            await client.SendAsync($"+97252{i:0000000}", $"{i}", $"{i}");

        await server.KillAsync();
        await server.DisposeAsync();
        receiver.AnswerWith(200);
        server = await LaunchAsync(cluster, receiver);
        await server.ReadyAsync();

        await Until.TrueAsync("all are told", TimeSpan.FromSeconds(60), () => Task.FromResult(
            receiver.Accepted.Where(call => call.Event == "messages.post").Select(call => call.DeliveryId).Distinct().Count() == 40));
        Assert.Equal(Enumerable.Range(1, 40), receiver.Accepted.Where(call => call.Event == "messages.post")
            .Select(call => int.Parse(call.Text!, CultureInfo.InvariantCulture)).Distinct().Order());
    }

    /// <summary>WH-18, with fewer deliveries.</summary>
    [Theory, EachDatabase]
    public async Task Delivering_everything_again_goes_on_after_a_crash(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var cluster = await Cluster.StartAsync(kind);
        var server = await LaunchAsync(cluster, receiver);
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var webhookId = await client.CreateWebhookAsync(receiver.Url);
        await ParkAsync(cluster, client, webhookId);

        var progress = await client.RedeliverAsync(webhookId, DateTimeOffset.UnixEpoch);
        Assert.Equal(ToDeliverAgain, progress.Total);
        foreach (var share in (double[])[0.1, 0.4, 0.7])
        {
            await receiver.ReceivesAsync((int)(share * ToDeliverAgain));
            progress = await AdvancedAsync(client, progress);
            await server.KillAsync();
            await server.DisposeAsync();
            server = await LaunchAsync(cluster, receiver);
            client.Server = await server.ReadyAsync();
        }

        await Until.TrueAsync("all are accepted", TimeSpan.FromSeconds(60), async () =>
            (progress = await AdvancedAsync(client, progress)).Accepted == ToDeliverAgain);
        Assert.Equal(("done", ToDeliverAgain, 0L), (progress.State, (int)progress.Queued, progress.Failed));
        Assert.Equal(ToDeliverAgain, receiver.Accepted.Select(call => call.DeliveryId).Distinct().Count());
        Assert.Equal(0, await cluster.CountAsync($"select count(*) from delivery_queue"));
        Assert.Equal(0, await cluster.CountAsync($"select count(*) from delivery where state <> 'accepted'"));
    }

    /// <summary>WH-24.</summary>
    [Theory, EachDatabase]
    public async Task A_server_that_is_asked_to_stop_loses_nothing_and_is_done_in_seconds(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        await using var cluster = await Cluster.StartAsync(kind, heartbeatMs: 1_000, leaseMs: 30_000);
        var server = await LaunchAsync(cluster, receiver, "--Ezw:Webhooks:AtOncePerWebhook=64");
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        await client.CreateWebhookAsync(receiver.Url);
        receiver.StaySilent();
        for (var i = 1; i <= 250; i++)
            await client.SendAsync($"+97252{i:0000000}", $"{i}", $"{i}");
        await receiver.ReceivesCallsAsync(64);

        Assert.Equal(0, await server.StopAsync(TimeSpan.FromSeconds(10)));

        Assert.Equal(0, await cluster.CountAsync($"select count(*) from delivery_queue where held_epoch is not null"));
        Assert.Equal(0, await cluster.CountAsync($"select count(*) from delivery where state <> 'waiting'"));
        receiver.AnswerWith(200);
        server = await LaunchAsync(cluster, receiver);
        await server.ReadyAsync();
        await Until.TrueAsync("all are told", TimeSpan.FromSeconds(60), () => Task.FromResult(
            receiver.Accepted.Where(call => call.Event == "messages.post").Select(call => call.DeliveryId).Distinct().Count() == 250));
    }

    private static Task<ServerProcess> LaunchAsync(Cluster cluster, Receiver receiver, params string[] settings) => cluster.LaunchAsync([
        "--Ezw:Outbound:AllowCidrs=127.0.0.1/32", $"--Ezw:Outbound:AllowPorts={receiver.Port}", .. settings]);

    /// <summary>Never backwards.</summary>
    private static async Task<RedeliveryView> AdvancedAsync(ChannelClient client, RedeliveryView before)
    {
        var now = await client.RedeliveryAsync(before);
        Assert.True(now.Queued >= before.Queued && now.Accepted >= before.Accepted && now.Total == before.Total, $"{before} then {now}");
        return now;
    }

    /// <summary>Deliveries of many conversations that were given up.</summary>
    private static Task ParkAsync(Cluster cluster, ChannelClient client, Guid webhookId) => ParkAsync(
        cluster, client, webhookId, [.. Enumerable.Range(0, ToDeliverAgain).Select(i => (Guid.CreateVersion7(), i))]);

    private static async Task ParkAsync(Cluster cluster, ChannelClient client, Guid webhookId, List<(Guid Id, int Number)> given)
    {
        var lanes = Enumerable.Range(0, 100).Select(_ => Guid.CreateVersion7()).ToList();
        Rows rows = Rows.Of("r", given).Uuid("id", d => d.Id).Number("number", d => d.Number)
            .Uuid("lane_id", d => lanes[d.Number % lanes.Count]);
        await cluster.ChangeAsync($"""
            insert into delivery (organization_id, webhook_id, id, line_id, event, body, state, attempts, created_at, finished_at)
            select {client.OrganizationId}, {webhookId}, r.id, {client.LineId}, 'messages.post', '[]', 'failed', 10, r.number, r.number
            from {rows}
            """);
        await cluster.ChangeAsync($"""
            insert into delivery_queue
                (organization_id, webhook_id, delivery_id, line_id, lane_id, place, attempts, tries, once, parked_at)
            select {client.OrganizationId}, {webhookId}, r.id, {client.LineId}, r.lane_id, r.number, 10, 10, 0, 1 + r.number
            from {rows}
            """);
    }
}
