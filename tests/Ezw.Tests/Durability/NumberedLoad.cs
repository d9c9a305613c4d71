using System.Collections.Concurrent;
using System.Net;

namespace Ezw.Tests.Durability;

/// <summary>
/// Customers who number what they write. Each writes to conversations of its own, one message after the other's 202, and repeats a
/// request with the same key until it is accepted: whatever the server promised is then known here, in order.
/// </summary>
internal sealed class NumberedLoad(ChannelClient client, int seed, int clients, int conversations)
{
    private const double ReplayShare = 0.05;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentQueue<string> surprises = new();
    private readonly ConcurrentDictionary<string, int> refusals = new();
    private Task[] running = [];
    private volatile bool stopped;
    private int repeats;
    private int accepted;

    /// <summary>Between two messages of one customer.</summary>
    public TimeSpan RestAtMost { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Whom they write to.</summary>
    public IEnumerable<string> Recipients =>
        from index in Enumerable.Range(0, clients)
        from conversation in Enumerable.Range(0, conversations)
        select Recipient(index, conversation);

    /// <summary>The 202 of each body, by conversation and body.</summary>
    public ConcurrentDictionary<(string To, int Number), string> Promised { get; } = new();

    /// <summary>Answers that no server may give, however often it dies.</summary>
    public IEnumerable<string> Surprises => surprises;

    public string Figures =>
        $"{Promised.Count} accepted in {clients * conversations} conversations, {repeats} repeated requests, refusals: "
        + string.Join(", ", refusals.Select(pair => $"{pair.Key} x{pair.Value}"));

    /// <summary>Completes with the next 202 of anybody.</summary>
    public async Task FlowsAsync()
    {
        var before = Volatile.Read(ref accepted);
        await Until.TrueAsync(
            "a message is accepted", TimeSpan.FromSeconds(60), () => Task.FromResult(Volatile.Read(ref accepted) > before));
    }

    /// <summary>Completes once somebody is refused with the status.</summary>
    public Task RefusedAsync(string status) =>
        Until.TrueAsync($"a refusal with {status}", TimeSpan.FromSeconds(30), () => Task.FromResult(refusals.ContainsKey(status)));

    public void Start() => running = [.. Enumerable.Range(0, clients).Select(index => Task.Run(() => WriteAsync(index)))];

    /// <summary>Ends after the message that each is busy with is accepted.</summary>
    public async Task StopAsync()
    {
        stopped = true;
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private static string Recipient(int index, int conversation) => $"+97252{index:000}{conversation:0000}";

    private async Task WriteAsync(int index)
    {
        var dice = new Random(seed + index);
        for (var number = 1; ; number++)
        {
            for (var conversation = 0; conversation < conversations; conversation++)
            {
                await PromiseAsync(Recipient(index, conversation), number, dice.NextDouble() < ReplayShare);
                if (stopped)
                {
                    return;
                }

                await Until.PassedAsync(RestAtMost * dice.NextDouble());
            }
        }
    }

    private async Task PromiseAsync(string to, int number, bool again)
    {
        var accepted = await AcceptedAsync(to, number);
        Promised[(to, number)] = accepted;
        if (again && await AcceptedAsync(to, number) is var replayed && replayed != accepted)
        {
            surprises.Enqueue($"The replay of {to} {number} differs: {accepted} then {replayed}");
        }
    }

    private async Task<string> AcceptedAsync(string to, int number)
    {
        while (true)
        {
            var (status, body, headers) = await client.SendAsync(to, $"{number}", $"{seed}-{to}-{number}");
            if (status == HttpStatusCode.Accepted)
            {
                Interlocked.Increment(ref accepted);
                return body;
            }

            refusals.AddOrUpdate(status is null ? "no answer" : $"{(int)status}", 1, (_, count) => count + 1);
            // Down, starting, reconnecting, or without its database: each says so and may be asked again.
            if (status is not (null or HttpStatusCode.Conflict or HttpStatusCode.ServiceUnavailable))
            {
                surprises.Enqueue($"{status} {body}");
            }
            else if (status == HttpStatusCode.ServiceUnavailable && headers?.RetryAfter is null)
            {
                surprises.Enqueue($"503 without Retry-After: {body}");
            }

            Interlocked.Increment(ref repeats);
            await Until.PassedAsync(BetweenTries);
        }
    }
}
