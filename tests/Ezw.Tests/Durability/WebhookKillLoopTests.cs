using System.Diagnostics;
using System.Globalization;
using Ezw.Foundation.Storage;
using Ezw.Tests.Support;
using Ezw.Tests.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Ezw.Tests.Durability;

/// <summary>
/// The promise to integrators: whatever happened is told to every webhook that wants it, at least once, under one delivery id, in the
/// order of its conversation, whenever the server dies and however the receivers behave. EZW_KILLS and EZW_SEED as in the other loop, but
/// half as many kills: what is left undone takes its time.
/// </summary>
[Collection(ProcessCollection.Name)]
public sealed class WebhookKillLoopTests(ITestOutputHelper output)
{
    private const int DefaultKills = 10;
    private const int Producers = 20;
    private const int ConversationsEach = 2;

    private static readonly string[] Steps = ["sent", "delivered", "read"];

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(120);

    private static int Kills => (1 + int.Parse(
        Environment.GetEnvironmentVariable("EZW_KILLS") ?? $"{DefaultKills}", CultureInfo.InvariantCulture)) / 2;

    private static int Seed => Environment.GetEnvironmentVariable("EZW_SEED") is { Length: > 0 } seed
        ? int.Parse(seed, CultureInfo.InvariantCulture)
        : Random.Shared.Next(1, 1_000_000);

    [Theory, EachDatabase]
    public async Task Killed_at_random_moments_the_server_tells_everything_at_least_once_and_in_order(DatabaseKind kind)
    {
        var (seed, kills) = (Seed, Kills);
        await using var first = await MoodyAsync(seed);
        await using var second = await MoodyAsync(seed + 1);
        await using var cluster = await Cluster.StartAsync(kind);
        var server = await LaunchAsync(cluster, first, second);
        using var client = await ChannelClient.LogInAsync(await server.ReadyAsync());
        var hooks = new[] { (Id: await client.CreateWebhookAsync(first.Url), Receiver: first),
            (Id: await client.CreateWebhookAsync(second.Url), Receiver: second) };
        var load = new NumberedLoad(client, seed, Producers, ConversationsEach);
        var watch = Stopwatch.StartNew();
        load.Start();
        try
        {
            var dice = new Random(seed);
            for (var kill = 0; kill < kills; kill++)
            {
                await load.FlowsAsync();
                await Until.PassedAsync(TimeSpan.FromMilliseconds(50 + 1450 * dice.NextDouble()));
                await server.KillAsync();
                await server.DisposeAsync();
                server = await LaunchAsync(cluster, first, second);
                client.Server = await server.ReadyAsync();
            }
            await load.StopAsync();
            await new Ledger(cluster, load).DrainedAsync();
            await DrainedAsync(cluster);
            foreach (var (id, receiver) in hooks)
                await BalancesAsync(cluster, load, id, receiver);
            output.WriteLine($"{kind}: {kills} kills, seed {seed}, {watch.Elapsed.TotalSeconds:0} s; {load.Figures}; "
                + string.Join("; ", hooks.Select(hook => $"{hook.Receiver.Calls.Count} calls, {hook.Receiver.Accepted.Count} accepted")));
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"EZW_SEED={seed} EZW_KILLS={kills} on {kind}: {load.Figures}{Environment.NewLine}{server.Log}", failure);
        }
    }

    private static Task<ServerProcess> LaunchAsync(Cluster cluster, params Receiver[] receivers) => cluster.LaunchAsync(
        "--Ezw:Outbound:AllowCidrs=127.0.0.1/32",
        $"--Ezw:Outbound:AllowPorts={string.Join(',', receivers.Select(receiver => receiver.Port))}",
        $"--Ezw:Webhooks:Schedule=0{string.Concat(Enumerable.Repeat(",0.2", 49))}", "--Ezw:Webhooks:TimeoutSeconds=1",
        "--Ezw:Webhooks:OverloadSeconds=0", "--Ezw:Webhooks:BreakerSeconds=1");

    /// <summary>Accepts most calls, and refuses, cuts off or never answers the others.</summary>
    private static async Task<Receiver> MoodyAsync(int seed)
    {
        var receiver = await Receiver.StartAsync();
        var dice = new Random(seed);
        receiver.Answers = async (_, http) =>
        {
            double mood;
            lock (dice)
                mood = dice.NextDouble();
            if (mood < 0.02)
                await Receiver.Silence(http);
            else if (mood < 0.05)
                Cut(http);
            else if (mood < 0.25)
                http.Response.StatusCode = 500;
        };
        return receiver;
    }

    /// <summary>Nothing arrives of the answer: whatever it was, it accepts nothing.</summary>
    private static void Cut(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        http.Abort();
    }

    /// <summary>The relay has read everything and nothing waits: a delivery that is stuck fails here.</summary>
    private static Task DrainedAsync(Cluster cluster) => Until.TrueAsync("every delivery is accepted", DrainLimit, async () =>
        await cluster.CountAsync($"""
            select count(*) from webhook_relay r join event_position p on p.organization_id = r.organization_id
            where p.position <> r.position
            """) == 0
        && await cluster.CountAsync($"select count(*) from delivery_queue") == 0);

    private static async Task BalancesAsync(Cluster cluster, NumberedLoad load, Guid webhookId, Receiver receiver)
    {
        var stored = await cluster.ReadAsync(
            $"select id from delivery where webhook_id = {webhookId} and state = 'accepted'", row => row.Uuid(0));
        var told = await cluster.CountAsync($"""
            select sum(case when kind = 'message.queued' then 2 else 1 end) from event
            where kind = 'message.queued' or (kind = 'message.status_changed' and detail not in ('queued', 'sending'))
            """);
        var accepted = receiver.Accepted.DistinctBy(call => call.DeliveryId).ToList();

        Assert.Equal(told, stored.Count);
        Assert.Empty(stored.Except(accepted.Select(call => call.DeliveryId)));
        var messages = accepted.Where(call => call.Event == "messages.post").ToList();
        Assert.Equal(load.Promised.Count, messages.Count);
        foreach (var conversation in messages.GroupBy(call => (string)call.Json["messages"]![0]!["conversationId"]!))
        {
            Assert.Equal(
                Enumerable.Range(1, conversation.Count()),
                conversation.Select(call => int.Parse(call.Text!, CultureInfo.InvariantCulture)));
        }
        // Of each message the status never goes back.
        foreach (var message in accepted.Where(call => call.Event == "statuses.post").GroupBy(call => StatusOf(call).Id))
        {
            var steps = message.Select(call => Array.IndexOf(Steps, StatusOf(call).Status)).ToList();
            Assert.Equal(steps.Order().Distinct(), steps);
            Assert.True(steps[0] >= 0 && steps[^1] > 0, $"{message.Key}: {string.Join(' ', steps)}");
        }
    }

    private static (string Id, string Status) StatusOf(Call call)
    {
        var status = call.Json["statuses"]![0]!;
        return ((string)status["id"]!, (string)status["status"]!);
    }
}
