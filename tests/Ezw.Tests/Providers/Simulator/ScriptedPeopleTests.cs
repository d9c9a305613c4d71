using System.Buffers.Binary;
using System.IO.Compression;
using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Cast;

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
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 6);
        Assert.Equal(["Ana", "Noa Levi", "Oliver", "דנה כהן", "יוסי מזרחי"], Names(line).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("היי, אתם פתוחים ביום שישי?", (await line.Events.NextAsync<MessageEdited>()).Body);
        await line.SendAsync("A1", "Yes, we do!", SimulatedLine.Ana);
        world.Advance(TimeSpan.FromMinutes(1));

        var reply = await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "Great, how long does it take?");
        Assert.Equal("Ana", reply.SenderName);
        Assert.Equal(SimulatedLine.Ana, reply.Chat.PhoneNumber);
        var reaction = await line.Events.NextAsync<ReactionSeen>();
        Assert.Equal(("A1", true, "👍"), (reaction.Target.ProviderMessageId, reaction.Target.FromMe, reaction.Emoji));
    }

    [Fact]
    public async Task Whoever_hears_them_out_sees_a_photo_a_voice_note_and_a_place()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        using var people = ScriptedPeople.Animate(world.Network, SimulatedLine.Shop);

        world.Advance(TimeSpan.FromMinutes(1));
        foreach (var role in Role.All)
        {
            for (var turn = 0; turn < role.Answers.Length; turn++)
            {
                await line.SendAsync($"A{turn}", "We are on it.", role.PhoneNumber);
                world.Advance(TimeSpan.FromMinutes(1));
            }
        }

        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count(seen => seen.Content is SeenContent.Media) == 4);
        Assert.Equal(
            ["image", "location", "text", "voice"],
            line.Events.All.OfType<MessageSeen>().Select(seen => seen.Content.Type).Distinct().Order());
        foreach (var file in line.Events.All.OfType<MessageSeen>().Select(seen => seen.Content).OfType<SeenContent.Media>())
        {
            await using var opened = await line.Link.OpenMediaAsync(file.File.Pointer, SimulatedLine.Cancel);
            var head = new byte[4];
            await opened.ReadExactlyAsync(head, SimulatedLine.Cancel);
            Assert.Equal(file.Kind == MediaKind.Image ? "\u0089PNG" : "OggS", string.Concat(head.Select(one => (char)one)));
        }
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
        Assert.Equal(2, line.Events.All.OfType<ReactionSeen>().Count());
    }

    [Fact]
    public void A_drawn_picture_is_a_whole_png()
    {
        var png = DrawnPicture.Png(1);

        var data = png.AsSpan(33 + 8, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33))).ToArray();
        using var pixels = new MemoryStream();
        using (var unpacked = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress))
        {
            unpacked.CopyTo(pixels);
        }

        Assert.Equal((DrawnPicture.Width, DrawnPicture.Height),
            (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20))));
        Assert.Equal((DrawnPicture.Width * 3 + 1) * DrawnPicture.Height, pixels.Length);
        // The checksum of an empty IEND chunk, which every PNG ends in.
        Assert.Equal([0xAE, 0x42, 0x60, 0x82], png[^4..]);
    }

    private static IEnumerable<string> Names(SimulatedLine line) =>
        line.Events.All.OfType<MessageSeen>().Select(seen => seen.SenderName!);
}
