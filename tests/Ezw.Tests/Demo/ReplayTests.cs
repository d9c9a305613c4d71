using Ezw.ChatExports;
using Ezw.Demo.Replay;
using Ezw.Providers;
using Ezw.Tests.ChatExports;
using Ezw.Tests.Providers.Simulator;

namespace Ezw.Tests.Demo;

/// <summary>What an export becomes on the simulated WhatsApp.</summary>
public sealed class ReplayTests
{
    private const string Shop = SimulatedLine.Shop;
    private const double AtOnce = 10_000;

    private static readonly byte[] Photo = [0xFF, 0xD8, 0xFF, 1, 2, 3];

    private static readonly string[] Chat =
    [
        "12/03/2025, 09:02 - Messages and calls are end-to-end encrypted.",
        "12/03/2025, 09:02 - Noa: היי, בוקר טוב!",
        "12/03/2025, 09:11 - Café Gal: בוקר טוב נועה! 🌞",
        "בטח",
        "12/03/2025, 09:12 - Noa: IMG-20250312-WA0001.jpg (file attached)",
        "ככה זה נראה",
        "12/03/2025, 09:13 - Noa: location: https://maps.google.com/?q=32.0853,34.7818",
        "14/03/2025, 16:48 - Café Gal: הצעה 1042 <This message was edited>",
        "14/03/2025, 16:49 - Noa: This message was deleted",
        "14/03/2025, 16:50 - Noa: Dana.vcf (file attached)",
        "14/03/2025, 16:51 - Noa: <Media omitted>",
        "14/03/2025, 16:52 - Café Gal: POLL:",
        "מתי נפגשים?",
        "OPTION: ראשון (2 votes)",
        "OPTION: Monday (late) (0 votes)",
    ];

    private static CancellationToken Cancel => SimulatedLine.Cancel;

    [Fact]
    public async Task People_write_the_owner_echoes_and_files_open()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var console = new StringWriter();

        await PlayAsync(world, Zipped(Chat), "WhatsApp Chat with Noa.zip", me: null, console);
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 9);

        var seen = line.Events.All.OfType<MessageSeen>().ToList();
        Assert.Equal(["in", "out", "in", "in", "out", "in", "in", "in", "out"], seen.Select(one => one.FromMe ? "out" : "in"));
        Assert.Equal(
            ["text", "text", "image", "location", "text", "text", "contacts", "unsupported", "poll"],
            seen.Select(one => one.Content.Type));
        Assert.Equal("בוקר טוב נועה! 🌞\nבטח", seen[1].Content.Body);
        Assert.Single(seen.Select(one => one.Chat).Distinct());
        Assert.All(seen.Where(one => !one.FromMe), one => Assert.Equal("Noa", one.SenderName));
        Assert.Equal(new SeenContent.Location(32.0853, 34.7818, null, null, false), seen[3].Content);
        Assert.Equal(("דנה", "+972 52-333"), Assert.IsType<SeenContent.Contacts>(seen[6].Content).Cards is [var card]
            ? (card.Name, Assert.Single(card.PhoneNumbers)) : default);
        Assert.Equal(["ראשון", "Monday (late)"], Assert.IsType<SeenContent.Poll>(seen[8].Content).Options);
        var image = Assert.IsType<SeenContent.Media>(seen[2].Content);
        Assert.Equal(("image/jpeg", "ככה זה נראה"), (image.File.MimeType, image.Caption));
        await using var opened = await line.Link.OpenMediaAsync(image.File.Pointer, Cancel);
        var bytes = new byte[Photo.Length];
        await opened.ReadExactlyAsync(bytes, Cancel);
        Assert.Equal(Photo, bytes);
        var edited = (await line.Events.NextAsync<MessageEdited>()).Target;
        Assert.Equal(new MessageReference(seen[4].Chat, seen[4].ProviderMessageId, FromMe: true), edited);
        Assert.Equal(seen[5].ProviderMessageId, (await line.Events.NextAsync<MessageDeleted>()).Target.ProviderMessageId);
        Assert.EndsWith($"Replayed Noa: 9 messages{Environment.NewLine}", console.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_is_a_group_and_everybody_in_it_keeps_the_name()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        string[] chat =
        [
            "12/03/2025, 09:02 - Noa: one", "12/03/2025, 09:03 - ~ Dana: two", "12/03/2025, 09:04 - +972 52-333-4455: three",
            "12/03/2025, 09:05 - Café Gal: four",
        ];

        await PlayAsync(world, Zipped(chat), "WhatsApp Chat with Trip 👪.zip", me: "café gal", TextWriter.Null);
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 4);

        var seen = line.Events.All.OfType<MessageSeen>().ToList();
        Assert.All(seen, one => Assert.Equal("Trip 👪", one.ChatName));
        Assert.Equal(["Noa", "Dana", "+972 52-333-4455", null], seen.Select(one => one.SenderName));
        Assert.Equal("+972523334455", seen[2].Sender!.PhoneNumber);
        Assert.Equal([false, false, false, true], seen.Select(one => one.FromMe));
    }

    [Fact]
    public async Task An_unknown_owner_is_asked_for()
    {
        using var export = await Exports.OpenAsync(string.Join('\n', Chat), "_chat.txt");

        var unclear = Assert.Throws<InvalidOperationException>(() => ReplayCast.Choose(export, null));
        var nobody = Assert.Throws<InvalidOperationException>(() => ReplayCast.Choose(export, "Oliver"));

        Assert.Contains("--replay-me", unclear.Message, StringComparison.Ordinal);
        Assert.Contains("\"Café Gal\"", nobody.Message, StringComparison.Ordinal);
        Assert.Equal("Noa", ReplayCast.Choose(export, "Noa").Me);
    }

    [Theory]
    [InlineData(0, 1, 400)]
    [InlineData(2_000, 1, 2_000)]
    [InlineData(86_400_000, 1, 4_000)]
    [InlineData(86_400_000, 100, 40)]
    [InlineData(-60_000, 2, 200)]
    public void Nights_shrink_to_seconds_and_lumps_are_spread(int milliseconds, double speed, int expected) => Assert.Equal(
        TimeSpan.FromMilliseconds(expected),
        ReplayPace.Pause(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMilliseconds(milliseconds), speed));

    [Fact]
    public async Task A_damaged_archive_ends_the_replay_with_a_sentence()
    {
        await using var world = new SimulatedWorld(overTcp: false);
        await using var line = await SimulatedLine.ConnectAsync(world);
        var file = Zipped(Chat);
        using var export = Assert.IsType<ChatExportOutcome.Opened>(
            await Exports.TryAsync(file, "WhatsApp Chat with Noa.zip")).Export;
        var cast = ReplayCast.Choose(export, null);
        file.AsSpan(60, 100).Fill(0xFF);
        var console = new StringWriter();

        await new ChatReplay(export, cast, world.Network, Shop, AtOnce, TimeProvider.System, console).RunAsync(Cancel);

        Assert.Contains("damaged", console.ToString(), StringComparison.Ordinal);
    }

    private static async Task PlayAsync(SimulatedWorld world, byte[] file, string fileName, string? me, TextWriter console)
    {
        using var export = await Exports.OpenAsync(file, fileName);
        var replay = new ChatReplay(export, ReplayCast.Choose(export, me), world.Network, Shop, AtOnce, TimeProvider.System, console);
        await replay.RunAsync(Cancel);
    }

    private static byte[] Zipped(string[] chat) => Exports.Zip(
        ("_chat.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', chat))), ("IMG-20250312-WA0001.jpg", Photo),
        ("Dana.vcf", System.Text.Encoding.UTF8.GetBytes("BEGIN:VCARD\nVERSION:3.0\nFN:דנה\nTEL;type=CELL:+972 52-333\nEND:VCARD")));
}
