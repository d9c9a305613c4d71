using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Ezw.Providers;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;

namespace Ezw.Tests.Providers.Simulator;

public sealed class WireTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
    private static readonly ChatAddress Chat = new(null, "1@lid");
    private static readonly MessageReference Target = new(new ChatAddress(null, null, "1@g.us"), "id", FromMe: true);

    public static TheoryData<string> Lines => new(Envelopes.Keys);

    public static TheoryData<string> Happenings => new(Events.Keys);

    public static TheoryData<string> Contents => new(Seen.Keys);

    private static Dictionary<string, Envelope> Envelopes => new()
    {
        ["pair"] = new Envelope { Number = 1, Request = new PairRequest(new PairingRequest(PairingMethod.Code, "+1"), 3) },
        ["login"] = new Envelope { Number = 2, Request = new LoginRequest(new LineIdentity("+1", null, "d"), 3) },
        ["commit"] = new Envelope { Number = 3, Request = new CommitRequest(7) },
        ["upload"] = new Envelope { Number = 4, Request = new UploadRequest("A1", 3, 6, [4, 5, 6]) },
        ["send"] = new Envelope
        {
            Request = new SendRequest(new OutgoingMessage(
                "A1", new ChatAddress(null, null, "1@g.us"), "מחירון", null, null, "q",
                new OutgoingMedia(MediaKind.Document, "application/pdf", "א.pdf", 6))),
        },
        ["open media"] = new Envelope { Request = new OpenMediaRequest("sim:1", 5) },
        ["done"] = new Envelope { Number = 3, Reply = new DoneReply() },
        ["media"] = new Envelope { Reply = new MediaReply([1, 2], 9) },
        ["no media"] = new Envelope { Reply = new MediaReply(null, 0) },
        ["upload lost"] = new Envelope { Reply = new UploadLostReply() },
        ["rejected"] = new Envelope
        {
            Reply = new SentReply(new SendResult.Rejected(
                new ProviderError(ErrorClass.RateLimited, "rate_limited", "Wait.", TimeSpan.FromSeconds(7)))),
        },
        ["closed"] = new Envelope { Push = new ClosedPush(CloseReason.Replaced) },
        ["unlink"] = new Envelope { Door = new UnlinkDoor("+1") },
        ["write"] = new Envelope { Door = new PersonDoesDoor("+1", "+2", new WriteAct(new SeenContent.Text("שלום 👋🏽"), "q")) },
        ["react"] = new Envelope { Door = new PhoneDoesDoor("+1", "+2", new ReactAct("id", null)) },
        ["edit"] = new Envelope { Door = new PersonDoesDoor("+1", "+2", new EditAct("id", "חדש")) },
        ["delete"] = new Envelope { Door = new PersonDoesDoor("+1", "+2", new DeleteAct("id")) },
        ["read"] = new Envelope { Door = new PhoneDoesDoor("+1", "+2", new ReadAct()) },
        ["rename"] = new Envelope { Door = new PersonDoesDoor("+1", "+2", new RenameAct("דנה")) },
        ["group"] = new Envelope { Door = new MakeGroupDoor("משפחה", ["+1", "+2"]) },
        ["subject"] = new Envelope { Door = new RenameGroupDoor("1@g.us", "טיול") },
        ["tell"] = new Envelope { Door = new TellDoor("+1", new ChatRead(At, Chat)) },
        ["add media"] = new Envelope { Door = new AddMediaDoor([1, 2, 3]) },
        ["faults"] = new Envelope { Door = new FaultsDoor(new NetworkFaults { LoseUploads = 0.5, MediaCut = true }, null) },
        ["record"] = new Envelope
        {
            Answer = new DoorAnswer
            {
                Id = "x",
                Messages = [new RecordedMessage(
                    1, "+1", "d", "+2", "A1", "כיתוב", null, null, null, [At],
                    new RecordedMedia(MediaKind.Image, "image/png", null, 3, "ab"))],
            },
        },
    };

    private static Dictionary<string, LineEvent> Events => new()
    {
        [nameof(LinkStateChanged)] = new LinkStateChanged(At, LinkState.Restricted, "a", "b", At),
        [nameof(QrOffered)] = new QrOffered(At, "payload", At),
        [nameof(PairingCodeOffered)] = new PairingCodeOffered(At, "ABCD1234", At),
        [nameof(LinePaired)] = new LinePaired(At, new LineIdentity("+1", "1@lid", "d")),
        [nameof(PairingEnded)] = new PairingEnded(At, "expired"),
        [nameof(MessageSeen)] = new MessageSeen(
            At, "id", Target.Chat, true, new SeenContent.Text("שלום\n2"), "q", "דנה", new ChatAddress("+1", "1@lid"), "משפחה"),
        [nameof(ReceiptSeen)] = new ReceiptSeen(At, ["a", "b"], ReceiptKind.Played),
        [nameof(IdentityLinked)] = new IdentityLinked(At, "+1", "1@lid"),
        [nameof(ReactionSeen)] = new ReactionSeen(At, Target, false, Chat, "❤️‍🔥"),
        [nameof(MessageEdited)] = new MessageEdited(At, Target, "חדש"),
        [nameof(MessageDeleted)] = new MessageDeleted(At, Target),
        [nameof(ChatRead)] = new ChatRead(At, Chat),
        [nameof(ChatNamed)] = new ChatNamed(At, Chat, "דנה 🌸"),
        [nameof(HistorySeen)] = new HistorySeen(
            At, [new IdentityLinked(At, "+1", "1@lid")], [new ChatNamed(At, Chat, "דנה")],
            [new MessageSeen(At, "id", Chat, true, new SeenContent.Text("פעם"), null, null)], 40, false, HasGap: true),
    };

    private static Dictionary<string, SeenContent> Seen => new()
    {
        ["text"] = new SeenContent.Text("שלום 👨‍👩‍👧‍👦 \u2028 \u200f"),
        ["media"] = new SeenContent.Media(
            MediaKind.Voice,
            new MediaSeen(new MediaPointer("sim:1"), "audio/ogg; codecs=opus", "קול.ogg", 7, 640, 480, TimeSpan.FromSeconds(3.5)), "כיתוב"),
        ["bare media"] = new SeenContent.Media(MediaKind.Sticker, new MediaSeen(new MediaPointer("sim:1"), null, null, null), null),
        ["location"] = new SeenContent.Location(-32.085300001, 34.7818, "תל אביב", null, Live: true),
        ["contacts"] = new SeenContent.Contacts([new ContactCard("דנה", ["+972 52-333"], "BEGIN:VCARD\nEND:VCARD")]),
        ["poll"] = new SeenContent.Poll("מתי?", ["א", "ב"], 0),
        ["unsupported"] = new SeenContent.Unsupported("listMessage", """{"a":["ב",null,1.50]}"""),
    };

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_line_on_the_wire_reads_back_as_it_was_written(string name) => ReadsBack(Envelopes[name]);

    [Theory]
    [MemberData(nameof(Happenings))]
    public void Every_event_crosses_the_wire(string name) => ReadsBack(new Envelope { Push = new HappenedPush(Events[name], 9) });

    [Theory]
    [MemberData(nameof(Contents))]
    public void Every_content_crosses_the_wire(string name) => ReadsBack(new Envelope
    {
        Push = new HappenedPush(new MessageSeen(At, "id", Chat, false, Seen[name], null, null), 1),
    });

    [Fact]
    public void No_kind_of_event_or_content_is_missing_above()
    {
        Assert.Equal(CasesOf<LineEvent>().Select(type => type.Name).Order(), Events.Keys.Order());
        Assert.Equal(CasesOf<SeenContent>(), Seen.Values.Select(content => content.GetType()).Distinct().OrderBy(type => type.Name));
        var acts = Envelopes.Values.Select(line => (line.Door as PersonDoesDoor)?.Act ?? (line.Door as PhoneDoesDoor)?.Act).OfType<Act>();
        Assert.Equal(CasesOf<Act>(), acts.Select(act => act.GetType()).OrderBy(type => type.Name));
    }

    [Fact]
    public async Task A_frame_of_a_large_file_crosses_a_socket_quickly_and_its_neighbours_too()
    {
        using var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen(1);
        using var ours = await TcpTransport.ConnectAsync((IPEndPoint)listening.LocalEndPoint!, SimulatedLine.Cancel);
        using var theirs = new JsonLines(await listening.AcceptAsync(SimulatedLine.Cancel));
        var bytes = new byte[20 * 1024 * 1024];
        new Random(1).NextBytes(bytes);

        var writing = WriteAsync();
        Assert.Equal(1, (await theirs.ReadAsync(SimulatedLine.Cancel))!.Number);
        Assert.Equal(bytes, Assert.IsType<AddMediaDoor>((await theirs.ReadAsync(SimulatedLine.Cancel))!.Door).Bytes);
        Assert.Equal(3, (await theirs.ReadAsync(SimulatedLine.Cancel))!.Number);
        await writing;

        async Task WriteAsync()
        {
            await ours.WriteAsync(new Envelope { Number = 1 }, SimulatedLine.Cancel);
            await ours.WriteAsync(new Envelope { Number = 2, Door = new AddMediaDoor(bytes) }, SimulatedLine.Cancel);
            await ours.WriteAsync(new Envelope { Number = 3 }, SimulatedLine.Cancel);
        }
    }

    private static IEnumerable<Type> CasesOf<T>() => typeof(T).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract).OrderBy(type => type.Name);

    private static void ReadsBack(Envelope written)
    {
        var json = JsonSerializer.Serialize(written, WireFormat.Line);

        var read = JsonSerializer.Deserialize(json, WireFormat.Line)!;

        Assert.Equivalent(written, read, strict: true);
        Assert.Equal(json, JsonSerializer.Serialize(read, WireFormat.Line));
        Assert.DoesNotContain('\n', json);
    }
}
