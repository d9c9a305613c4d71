using Ezw.Providers;
using Ezw.Providers.Simulator;

namespace Ezw.Tests.Providers.Simulator;

public sealed class ScriptedPeopleTests
{
    [Fact]
    public async Task People_write_in_and_answer_what_they_are_asked()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        using var people = ScriptedPeople.Animate(world.Network, SimulatedLine.Shop);

        world.Advance(TimeSpan.FromMinutes(1));
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 4);
        Assert.Equal(["Ana", "Noa", "Oliver", "דנה"], Names(line).Order(StringComparer.Ordinal));
        await line.SendAsync("A1", "Yes, we do!", SimulatedLine.Ana);
        world.Advance(TimeSpan.FromMinutes(1));

        var reply = await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "Great, how long does it take?");
        Assert.Equal("Ana", reply.SenderName);
        Assert.Equal(SimulatedLine.Ana, reply.Chat.PhoneNumber);
    }

    [Fact]
    public async Task An_automatic_reply_cannot_keep_them_talking_forever()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        using var people = ScriptedPeople.Animate(world.Network, SimulatedLine.Shop);

        for (var number = 0; number < 30; number++)
        {
            await line.SendAsync($"A{number}", "We got your message.", SimulatedLine.Ana);
            world.Advance(TimeSpan.FromMinutes(1));
        }

        world.Network.PersonWrites(SimulatedLine.Ana, SimulatedLine.Shop, "the end");
        await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "the end");
        Assert.Equal(5, line.Events.All.OfType<MessageSeen>().Count(seen => seen.SenderName == "Ana"));
    }

    private static IEnumerable<string> Names(SimulatedLine line) =>
        line.Events.All.OfType<MessageSeen>().Select(seen => seen.SenderName!);
}
