using System.Text;
using Ezw.Foundation.Storage;
using Ezw.Tests.Durability;
using Ezw.Tests.Foundation.Outbound;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>Receivers built to hurt: WH-05 to WH-08 and WH-22. Each costs one attempt, says what was wrong, and frees its slot.</summary>
public sealed class HostileReceiverTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>By name: what it does, and what the log says of it. A number is an HTTP status.</summary>
    private static readonly (string Name, Func<Stream, Task> Answer, string Said)[] Hostile =
    [
        ("drips a byte a second for ever", DripAsync, "timed_out"),
        ("never answers", _ => new TaskCompletionSource().Task, "timed_out"),
        ("sends headers and then nothing", async stream =>
        {
            await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
            await new TaskCompletionSource().Task;
        }, "timed_out"),
        ("hangs up at once", _ => Task.CompletedTask, "broken_off"),
        ("hangs up in the body", stream => RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"), "broken_off"),
        ("speaks no HTTP", stream => RawServer.SayAsync(stream, "220 mail.example.com ESMTP\r\n"), "broken_off"),
        ("chunks that are none", stream => RawServer.SayAsync(
            stream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzzzz\r\n"), "broken_off"),
        ("one header of 64 KiB", stream => RawServer.SayAsync(
            stream, $"HTTP/1.1 200 OK\r\nX-Long: {new string('x', 65_536)}\r\n\r\n"), "broken_off"),
        ("ten thousand headers", stream => RawServer.SayAsync(
            stream, $"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Range(0, 10_000).Select(i => $"X-{i}: 1\r\n"))}\r\n"), "broken_off"),
        ("a body without end", EndlessAsync, "200"),
        ("HTTP/1.0", stream => RawServer.SayAsync(stream, "HTTP/1.0 200 OK\r\n\r\nold"), "200"),
        ("a redirect to itself", stream => RawServer.SayAsync(
            stream, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"), "302"),
        ("a gzip bomb", stream => RawServer.SayAsync(
            stream, $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20000\r\n\r\n{new string('\u001f', 20_000)}"), "200"),
    ];

    [Theory, EachDatabase]
    public async Task Each_hostile_receiver_costs_one_attempt_and_says_what_was_wrong(DatabaseKind kind)
    {
        var servers = Hostile.Select(hostile => new RawServer((_, stream) => hostile.Answer(stream))).ToList();
        // Not HTTP at all: the handshake is never answered.
        var mute = new RawServer((_, _) => Task.CompletedTask);
        await using var polite = RawServer.Answering(Ok);
        await using var world = await WebhookWorld.StartAsync(
            kind, null, servers.Append(mute).Append(polite).Select(server => server.Port), "Ezw:Webhooks:TimeoutSeconds=2");
        try
        {
            var lines = new[] { world.Line, await world.Acme.PairLineAsync("Second") };
            var hooks = new List<TestWebhook>();
            for (var i = 0; i < servers.Count; i++)
                hooks.Add(await HookAsync(world, servers[i].Url, lines[i / 8]));
            var tls = await HookAsync(world, $"https://127.0.0.1:{mute.Port}/", lines[1]);
            var fine = await HookAsync(world, polite.Url, lines[1]);

            foreach (var line in lines)
                await line.ReceiveAsync(world.Ana, "hello");

            for (var i = 0; i < hooks.Count; i++)
                Assert.Equal((Hostile[i].Name, Hostile[i].Said), (Hostile[i].Name, await SaidAsync(hooks[i])));
            Assert.Contains(await SaidAsync(tls), (string[])["tls_failed", "timed_out"]);
            Assert.Equal("200", await SaidAsync(fine));
            Assert.Equal(16 * 1024, await world.App.CountAsync($"select max(length(answer)) from delivery_attempt"));
            Assert.Equal(0, await world.App.CountAsync($"select count(*) from delivery_queue where held_epoch is not null"));
        }
        finally
        {
            foreach (var server in servers.Append(mute))
                await server.DisposeAsync();
        }
    }

    private static Task<TestWebhook> HookAsync(WebhookWorld world, string url, TestLine line) =>
        world.HookAsync(url, ""","events":["messages.post"],"persistent":false""", line);

    /// <summary>The error or status of the one attempt there was.</summary>
    private static async Task<string> SaidAsync(TestWebhook hook)
    {
        await hook.AttemptsReachAsync(1);
        var delivery = Assert.Single(await hook.DeliveriesAsync());
        var attempt = Assert.Single((await hook.DeliveryAsync((Guid)delivery!["id"]!))["log"]!.AsArray())!;
        return (string?)attempt["error"] ?? $"{attempt["status"]}";
    }

    private static async Task DripAsync(Stream stream)
    {
        await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while (true)
        {
            await RawServer.SayAsync(stream, "x");
            await Until.PassedAsync(TimeSpan.FromSeconds(0.2));
        }
    }

    private static async Task EndlessAsync(Stream stream)
    {
        await RawServer.SayAsync(stream, "HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n");
        var piece = Encoding.ASCII.GetBytes(new string('x', 65_536));
        while (true)
            await stream.WriteAsync(piece);
    }
}
