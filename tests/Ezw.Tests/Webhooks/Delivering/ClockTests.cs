using Ezw.Foundation.Storage;
using Ezw.Tests.Support;

namespace Ezw.Tests.Webhooks.Delivering;

/// <summary>WH-10: the wall clock jumps. Timers run on, as they do on a machine whose date is set.</summary>
public sealed class ClockTests
{
    [Theory, EachDatabase]
    public async Task A_clock_that_jumps_makes_no_stampede_and_loses_nothing(DatabaseKind kind)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.AnswerWith([.. Enumerable.Repeat(500, 8), 200]);
        var clock = new JumpingClock();
        await using var world = await WebhookWorld.StartAsync(kind, clock, [receiver.Port]);
        var hook = await world.HookAsync(receiver.Url, ""","events":["messages.post"]""");
        for (var i = 0; i < 8; i++)
            await world.WritesAsync($"{i}", $"+97254{i:0000000}");
        await hook.AttemptsReachAsync(8);

        clock.Ahead = TimeSpan.FromHours(-1);
        await world.WritesAsync("after the jump back", "+972549999999");
        Assert.Equal("after the jump back", (await receiver.ReceivesAsync(9))[8].Text);
        Assert.Equal(9, receiver.Calls.Count);

        clock.Ahead = TimeSpan.FromHours(1);
        await receiver.ReceivesAsync(17);
        Assert.Equal(17, receiver.Calls.Count);
        Assert.Equal(9, receiver.Accepted.Select(call => call.DeliveryId).Distinct().Count());
    }

    /// <summary>The real clock with another date.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }
}
