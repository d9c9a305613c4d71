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
            AckLoss = 0.3, Drop = 0.3, LoseUploads = 0.3, DuplicateEvents = 0.3, ReorderWindow = TimeSpan.FromSeconds(20),
        });
        var group = world.Network.MakeGroup("Trip", SimulatedLine.Shop, SimulatedLine.Ana);
        for (var number = 0; number < 30; number++)
        {
            await line.SendAsync($"A{number}");
            world.Network.PersonWrites(SimulatedLine.Ana, SimulatedLine.Shop, $"message {number}");
            await LiveAsync(world.Network, line, group, number);
        }

        for (var step = 0; step < steps; step++)
        {
            world.Advance(TimeSpan.FromMinutes(1) / steps);
        }

        world.Network.SetFaults(NetworkFaults.None);
        world.Network.PersonWrites(SimulatedLine.Ana, SimulatedLine.Shop, "the end");
        await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "the end");
        return (
            [.. world.Network.Messages().Select(message => $"{message.ProviderMessageId} {message.ArrivalCount} {message.Media}")],
            [.. line.Events.All.Where(happened => happened is not LinkStateChanged).Select(Describe)]);
    }

    private static string Describe(LineEvent happened) => happened is ReceiptSeen receipt
        ? $"{receipt.At:O} {receipt.ProviderMessageIds[0]} {receipt.Kind}"
        : $"{happened}";

    private static async Task LiveAsync(SimulatedNetwork network, SimulatedLine line, string group, int number)
    {
        var photo = network.Attach(MediaKind.Image, [1, (byte)number], "image/png");
        var id = network.PersonSends(SimulatedLine.Ana, group, photo);
        network.PersonEdits(SimulatedLine.Ana, group, id, $"photo {number}");
        network.PhoneReacts(SimulatedLine.Shop, group, id, "👍");
        network.PersonDeletes(SimulatedLine.Ana, group, id);
        network.PersonRenames(SimulatedLine.Ana, SimulatedLine.Shop, $"Ana {number}");
        network.PhoneReads(SimulatedLine.Shop, group);
        network.RenameGroup(group, $"Trip {number}");
        await line.SendAsync(
            $"F{number}", new OutboundContent.Media(
                MediaKind.Document, "application/pdf", null, 2, null, _ => Task.FromResult<Stream>(new MemoryStream([2, (byte)number]))),
            new ChatAddress(null, null, group));
    }
}
