using Ezw.Providers;
using Ezw.Providers.Simulator.Network;

namespace Ezw.Tests.Providers.Simulator;

public sealed class DeterminismTests
{
    [Fact]
    public async Task The_same_seed_gives_the_same_record_and_the_same_events()
    {
        var first = await PlayAsync(seed: 7);
        var second = await PlayAsync(seed: 7);

        Assert.Equal(first.Record, second.Record);
        Assert.Equal(first.Events, second.Events);
    }

    [Fact]
    public async Task Another_seed_gives_another_course()
    {
        var first = await PlayAsync(seed: 7);
        var other = await PlayAsync(seed: 8);

        Assert.NotEqual(first.Events, other.Events);
    }

    [Fact]
    public async Task One_jump_of_the_clock_plays_the_same_course_as_many_small_steps()
    {
        var jump = await PlayAsync(seed: 7, steps: 1);
        var steps = await PlayAsync(seed: 7, steps: 600);

        Assert.Equal(jump.Events, steps.Events);
    }

    private static async Task<(string[] Record, string[] Events)> PlayAsync(int seed, int steps = 10)
    {
        await using var world = new SimulatedWorld(overTcp: false, seed);
        await using var line = await SimulatedLine.ConnectAsync(world);
        world.Network.SetFaults(new NetworkFaults
        {
            AckLoss = 0.3, Drop = 0.3, DuplicateEvents = 0.3, ReorderWindow = TimeSpan.FromSeconds(20),
        });
        for (var number = 0; number < 30; number++)
        {
            await line.SendAsync($"A{number}");
            world.Network.PersonWrites(SimulatedLine.Ana, SimulatedLine.Shop, $"message {number}");
        }

        for (var step = 0; step < steps; step++)
        {
            world.Advance(TimeSpan.FromMinutes(1) / steps);
        }

        world.Network.SetFaults(NetworkFaults.None);
        world.Network.PersonWrites(SimulatedLine.Ana, SimulatedLine.Shop, "the end");
        await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "the end");
        return (
            [.. world.Network.Messages().Select(message => $"{message.ProviderMessageId} {message.ArrivalCount}")],
            [.. line.Events.All.Where(happened => happened is MessageSeen or ReceiptSeen).Select(Describe)]);
    }

    private static string Describe(LineEvent happened) => happened switch
    {
        MessageSeen seen => $"{seen.At:O} {seen.ProviderMessageId} {seen.Content.Body}",
        ReceiptSeen receipt => $"{receipt.At:O} {receipt.ProviderMessageIds[0]} {receipt.Kind}",
        _ => throw new InvalidOperationException($"Not part of the course: {happened}."),
    };
}
