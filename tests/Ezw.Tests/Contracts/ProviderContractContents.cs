using System.Text;
using System.Text.Json.Nodes;
using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>What people and the owner's phone can write, and the files that come with it.</summary>
public abstract partial class ProviderContract
{
    public static TheoryData<string> Contents => ["text", "location", "live location", "contacts", "poll", "unsupported"];

    public static TheoryData<MediaKind> Kinds => new(Enum.GetValues<MediaKind>());

    [Theory]
    [MemberData(nameof(Contents))]
    public async Task Whatever_a_person_or_the_phone_writes_arrives_as_it_was(string name)
    {
        await using var world = BuildFor(ProviderContractClaims.InboundContents);
        await using var line = await PairAsync(world);
        var question = await world.PersonWritesAsync(Ana, Shop, "which one?");

        await world.PersonSendsAsync(Ana, Shop, ContentOf(name), question);
        await world.PhoneSendsAsync(Shop, Ana, ContentOf(name), question);
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 3);

        var seen = line.Events.All.OfType<MessageSeen>().Skip(1).ToList();
        Assert.Equal([false, true], seen.Select(one => one.FromMe));
        Assert.All(seen, one =>
        {
            AssertSame(ContentOf(name), one.Content);
            Assert.Equal(question, one.QuotedProviderMessageId);
            Assert.Null(one.Sender);
        });
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_file_that_somebody_sends_opens_as_the_bytes_it_was(MediaKind kind)
    {
        await using var world = BuildFor(ProviderContractClaims.InboundContents);
        await using var line = await PairAsync(world);
        var bytes = Encoding.UTF8.GetBytes($"the bytes of a {kind}");

        var sent = await world.AttachAsync(kind, bytes, "application/octet-stream", "קובץ.bin", "כיתוב 😀");
        await world.PersonSendsAsync(Ana, Shop, sent);
        var seen = Assert.IsType<SeenContent.Media>((await line.Events.NextAsync<MessageSeen>()).Content);

        var carried = world.Carried(sent);
        Assert.Equal((kind, carried.Caption, carried.File.FileName), (seen.Kind, seen.Caption, seen.File.FileName));
        Assert.Equal(("application/octet-stream", (long?)bytes.Length), (seen.File.MimeType, seen.File.SizeBytes));
        Assert.Equal(bytes, await DownloadAsync(line, seen));
    }

    [Fact]
    public async Task A_large_file_opens_whole_and_as_often_as_one_asks()
    {
        await using var world = BuildFor(ProviderContractClaims.InboundContents);
        await using var line = await PairAsync(world);
        var bytes = LargeFile();

        await world.PhoneSendsAsync(Shop, Ana, await world.AttachAsync(MediaKind.Video, bytes, "video/mp4", null, null));
        var seen = Assert.IsType<SeenContent.Media>((await line.Events.NextAsync<MessageSeen>()).Content);

        Assert.Equal(bytes, await DownloadAsync(line, seen));
        Assert.Equal(bytes, await DownloadAsync(line, seen));
    }

    [Theory]
    [InlineData(SpoiledMedia.Gone, typeof(IOException))]
    [InlineData(SpoiledMedia.Cut, typeof(IOException))]
    [InlineData(SpoiledMedia.Forged, typeof(InvalidDataException))]
    public async Task Bytes_that_are_not_the_senders_are_never_read_to_the_end(SpoiledMedia how, Type failure)
    {
        await using var world = BuildFor(ProviderContractClaims.InboundContents);
        await using var line = await PairAsync(world);
        await world.PersonSendsAsync(Ana, Shop, await world.AttachAsync(MediaKind.Document, LargeFile(), "application/pdf", null, null));
        var seen = Assert.IsType<SeenContent.Media>((await line.Events.NextAsync<MessageSeen>()).Content);

        await world.SpoilMediaAsync(how);

        Assert.IsType(failure, await Record.ExceptionAsync(() => DownloadAsync(line, seen)));
    }

    private static void AssertSame(SeenContent sent, SeenContent seen)
    {
        Assert.IsType(sent.GetType(), seen);
        if (sent is SeenContent.Unsupported inside && seen is SeenContent.Unsupported whole)
        {
            // Providers wrap what they do not know each in their own way; nothing of it may get lost.
            Assert.Equal(inside.ProviderType, whole.ProviderType);
            Assert.True(Holds(JsonNode.Parse(whole.Raw), JsonNode.Parse(inside.Raw)), whole.Raw);
        }
        else
        {
            Assert.Equivalent(sent, seen, strict: true);
        }
    }

    private static bool Holds(JsonNode? whole, JsonNode? part) => (whole, part) switch
    {
        (JsonObject all, JsonObject some) => some.All(field => Holds(all[field.Key], field.Value)),
        _ => JsonNode.DeepEquals(whole, part),
    };

    private static byte[] LargeFile()
    {
        var bytes = new byte[3 * 1024 * 1024 + 17];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static async Task<byte[]> DownloadAsync(PairedLine line, SeenContent.Media media)
    {
        await using var opened = await line.Link.OpenMediaAsync(media.File.Source, Cancel);
        using var bytes = new MemoryStream();
        await opened.CopyToAsync(bytes, Cancel);
        return bytes.ToArray();
    }

    private static SeenContent ContentOf(string name) => name switch
    {
        "text" => new SeenContent.Text("שלום 👋🏽\nשורה שנייה"),
        "location" => new SeenContent.Location(32.0853, 34.7818, "תל אביב", "רוטשילד 1", Live: false),
        "live location" => new SeenContent.Location(-33.8688, 151.2093, null, null, Live: true),
        "contacts" => new SeenContent.Contacts(
        [
            new ContactCard(
                "דנה כהן", ["+972 52-333-4455", "03-1234567"],
                "BEGIN:VCARD\nVERSION:3.0\nFN:דנה כהן\nTEL:+972 52-333-4455\nTEL:03-1234567\nEND:VCARD"),
            new ContactCard("Ana", [], "BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEND:VCARD"),
        ]),
        "poll" => new SeenContent.Poll("מתי נפגשים?", ["ראשון 🌞", "שני"], Choices: 1),
        "unsupported" => new SeenContent.Unsupported("groupInviteMessage", """{"groupInviteMessage":{"groupName":"קבוצה"}}"""),
        _ => throw new InvalidOperationException($"No content {name}."),
    };
}
