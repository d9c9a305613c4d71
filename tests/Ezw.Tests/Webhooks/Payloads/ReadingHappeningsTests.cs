using Ezw.Client;
using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Messaging;
using Ezw.Providers;
using Ezw.Tests.Support;
using Ezw.Webhooks.Payloads;
using Person = Ezw.Webhooks.Payloads.Person;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.Webhooks.Payloads;

/// <summary>What the log tells of a line, with everything that a payload needs, from both databases.</summary>
public sealed class ReadingHappeningsTests
{
    private static readonly ChatAddress ByPhone = new("+972501234567", null);
    private static readonly ChatAddress ByLid = new(null, "100@lid");
    private static readonly ChatAddress Ben = new("+972507654321", "200@lid");
    private static readonly ChatAddress Noa = new(null, "300@lid");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_message_is_told_with_its_chat_its_ids_and_what_it_answers(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.Database.WriteAsync(
            db => db.ExecuteAsync($"update line set phone_number = '+972520000001' where id = {store.Line.LineId}", Cancellation),
            Cancellation);

        await store.HearAsync(From(Ana, "1", 1, "hi"), From(Ana, "2", 2, "still there?", quoted: "1"), Echo(Ana, "3", 3, "yes"));

        var told = Messages(await ReadAsync(store));
        var conversation = Assert.Single(await store.ReadAsync($"select id from conversation", row => row.Uuid(0)));
        Assert.Equal(
            new ChatFacts(conversation, "972501234567@s.whatsapp.net", false, "+972501234567", "Ana", 2, "+972520000001"), told[0].Chat);
        Assert.Equal(["1|in|contact|hi|", "2|in|contact|still there?|1", "3|out|phone|yes|"], told.Select(Print));
        Assert.All(told, message => Assert.Equal((store.Line.LineId, told[0].Chat), (message.LineId, message.Chat)));
        Assert.Equal([1_000, 2_000, 3_000], told.Select(message => message.Said.At));
        Assert.All(told, message => Assert.Null(message.Said.Sender));
    }

    [Theory, EachDatabase]
    public async Task Who_is_known_by_a_LID_only_has_no_number_until_WhatsApp_tells_it(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(ByLid, "1", 1));

        Assert.Equal(("100@lid", null), Address(Messages(await ReadAsync(store))[0].Chat));

        await store.HearAsync(new IdentityLinked(At(2), ByPhone.PhoneNumber!, ByLid.Lid!));
        Assert.Equal(("972501234567@s.whatsapp.net", "+972501234567"), Address(Messages(await ReadAsync(store))[0].Chat));
    }

    [Theory, EachDatabase]
    public async Task In_a_group_the_chat_is_the_group_and_each_writer_is_named(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(
            InGroup("1", 1, Ben, "Ben"), InGroup("2", 2, Noa, ""),
            new MessageEdited(At(3), new MessageReference(Group, "1", false), "edited"),
            new ReactionSeen(At(4), new MessageReference(Group, "1", false), false, Noa, "👍"),
            new ReactionSeen(At(5), new MessageReference(Group, "1", false), true, null, "❤️"));

        var happenings = await ReadAsync(store);
        Assert.All(happenings, happening => Assert.Equal(("7@g.us", null), Address(happening.Chat)));
        Assert.All(happenings, happening => Assert.Equal((true, "Family"), (happening.Chat.IsGroup, happening.Chat.Name)));
        Assert.Equal(
            [new Person("972507654321@s.whatsapp.net", "+972507654321", "Ben"), new Person("300@lid", null, null)],
            Messages(happenings).Select(message => message.Said.Sender));
        Assert.Equal(
            [("edit", "972507654321@s.whatsapp.net", false), ("reaction", "300@lid", false), ("reaction", null, true)],
            Changes(happenings).Select(change => (change.Kind, change.Sender?.ProviderId, change.FromMe)));
    }

    [Theory, EachDatabase]
    public async Task Everything_that_a_message_can_say_is_there(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var seen = new MediaSeen(new MediaPointer("ref"), "video/mp4", "a.mp4", 5, 3, 4, TimeSpan.FromSeconds(7));

        await store.HearAsync(
            Content(new SeenContent.Location(32.08, 34.78, "Café", "Dizengoff 1", true), "1"),
            Content(new SeenContent.Contacts([new("דנה", ["+972 50"], "BEGIN:VCARD")]), "2"),
            Content(new SeenContent.Poll("Lunch?", ["Falafel", "Salad"], 1), "3"),
            Content(new SeenContent.Unsupported("paymentMessage", """{"amount":5}"""), "4"),
            Content(new SeenContent.Media(MediaKind.Video, seen, "look"), "5"));

        var said = Messages(await ReadAsync(store)).ConvertAll(message => message.Said);
        Assert.Equal(["location", "contacts", "poll", "unsupported", "video"], said.Select(message => message.Type));
        Assert.Equal(new LocationView(32.08, 34.78, "Café", "Dizengoff 1", true), said[0].Content?.Location);
        Assert.Equal("דנה", Assert.Single(said[1].Content!.Contacts!).Name);
        Assert.Equal(["Falafel", "Salad"], said[2].Content!.Poll!.Options);
        Assert.Equal("paymentMessage", said[3].Content!.Unsupported!.ProviderType);
        var file = Assert.IsType<FileFacts>(said[4].File);
        Assert.Equal(new FileFacts(file.Id, "video", "video/mp4", "a.mp4", 5, 3, 4, 7_000, null), file);
        Assert.Equal("look", said[4].Body);
        Assert.All(said.Take(4), message => Assert.Null(message.File));
    }

    [Theory, EachDatabase]
    public async Task What_we_send_is_told_when_it_is_accepted_and_then_as_it_moves(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.SendAsync(ByPhone.PhoneNumber!, "your order");
        var sent = Messages(await ReadAsync(store))[0].Said;
        Assert.Equal((true, "channel_api", "your order", "queued"), (sent.FromMe, sent.Origin, sent.Body, sent.Status));

        await TellStatusAsync(store, sent.Id, "sending", "sent", "in_doubt", "canceled", "delivered");
        await store.HearAsync(Receipt(sent.ProviderId, 6, ReceiptKind.Read), Receipt(sent.ProviderId, 5, ReceiptKind.Delivered));

        var moved = Moves(await ReadAsync(store));
        Assert.Equal(["sent", "in_doubt", "canceled", "delivered", "read"], moved.Select(status => status.Moved));
        Assert.Equal(6_000, moved[^1].At);
        Assert.All(moved, status => Assert.Equal((sent.Id, sent.ProviderId), (status.Of.Id, status.Of.ProviderId)));
        Assert.All(moved, status => Assert.Equal("972501234567@s.whatsapp.net", status.Chat.ProviderChatId));
    }

    [Theory, EachDatabase]
    public async Task A_failure_says_why(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.SendAsync(ByPhone.PhoneNumber!, "your order");
        var sent = Messages(await ReadAsync(store))[0].Said;

        await store.HearAsync(Receipt(sent.ProviderId, 5, ReceiptKind.Failed));

        var failed = Assert.Single(Moves(await ReadAsync(store)));
        Assert.Equal(("failed", "rejected_by_whatsapp"), (failed.Moved, failed.Of.ErrorCode));
        Assert.NotEmpty(failed.Of.ErrorMessage!);
    }

    [Theory, EachDatabase]
    public async Task An_answer_names_by_WhatsApps_id_what_we_named_by_ours(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 1));
        await store.SendAsync(Ana.PhoneNumber!, "yes");
        await store.Database.WriteAsync(db => db.ExecuteAsync($"""
            update message set quoted_message_id = (select q.id from message q where q.provider_message_id = '1'),
                cta_text = 'Open', cta_url = 'https://example.com'
            where direction = 'out'
            """, Cancellation), Cancellation);

        var said = Messages(await ReadAsync(store))[1].Said;

        Assert.Equal(("1", new SentButton("Open", "https://example.com")), (said.QuotedProviderId, said.Button));
    }

    [Theory, EachDatabase]
    public async Task Changes_are_told_even_of_messages_that_have_not_come(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(
            From(Ana, "1", 1), Reaction("1", 2, "👍"), Reaction("1", 3, null), Edit("1", 4, "bye"), Delete("1", 5), Edit("9", 6, "early"),
            Reaction("E", 7, "❤️", toMine: true));

        var happenings = await ReadAsync(store);
        var id = Messages(happenings)[0].Said.Id;
        Assert.Equal(
            [
                ("reaction", "1", "👍", id, 2_000), ("reaction", "1", "", id, 3_000), ("edit", "1", "bye", id, 4_000),
                ("delete", "1", "", id, 5_000), ("edit", "9", "early", null as Guid?, 6_000), ("reaction", "E", "❤️", null, 7_000),
            ],
            Changes(happenings).Select(change => (change.Kind, change.Target, change.Value, change.MessageId, change.At)));
        Assert.All(Changes(happenings), change => Assert.Equal((false, null), (change.FromMe, change.Sender)));
        Assert.Equal(happenings.Select(happening => happening.Position).Order(), happenings.Select(happening => happening.Position));
    }

    [Theory, EachDatabase]
    public async Task What_happened_before_a_merge_is_told_in_the_conversation_that_stayed(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(
            From(ByPhone, "1", 1), From(ByLid, "2", 2),
            new ReactionSeen(At(3), new MessageReference(ByLid, "2", false), false, null, "👍"),
            new MessageEdited(At(4), new MessageReference(ByLid, "9", false), "early"));
        Assert.Equal(2, (await ReadAsync(store)).Select(happening => happening.Chat.ConversationId).Distinct().Count());

        await store.HearAsync(new IdentityLinked(At(5), ByPhone.PhoneNumber!, ByLid.Lid!));

        var happenings = await ReadAsync(store);
        var kept = Assert.Single(await store.ReadAsync($"select id from conversation where merged_into_id is null", row => row.Uuid(0)));
        Assert.Equal(4, happenings.Count);
        Assert.All(happenings, happening => Assert.Equal(
            (kept, "972501234567@s.whatsapp.net"), (happening.Chat.ConversationId, happening.Chat.ProviderChatId)));
    }

    [Theory, EachDatabase]
    public async Task History_and_whatever_is_no_message_are_not_told_nor_anything_of_another_organization(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 1), From(Ana, "2", 2), new ChatNamed(At(3), Ana, "Anna"), new ChatRead(At(4), Ana));
        await store.Database.WriteAsync(db => db.ExecuteAsync(
            $"update message set import_id = {store.Token} where provider_message_id = '1'", Cancellation), Cancellation);

        Assert.Equal(["2|in|contact|hi|"], Messages(await ReadAsync(store)).Select(Print));
        Assert.Single(await ReadAsync(store));

        var other = await store.AddOrganizationAsync();
        await using var db = await store.Database.ReadAsync(Cancellation);
        var events = await EventStore.ReadAsync(db, store.Organization, 0, 500, Cancellation);
        Assert.Empty(await HappeningStore.ReadAsync(db, other, events, Cancellation));
        Assert.Empty(await HappeningStore.ReadAsync(db, store.Organization, [], Cancellation));
    }

    private static async Task<List<Happening>> ReadAsync(TestStore store)
    {
        await using var db = await store.Database.ReadAsync(Cancellation);
        var events = await EventStore.ReadAsync(db, store.Organization, 0, 500, Cancellation);
        return await HappeningStore.ReadAsync(db, store.Organization, events, Cancellation);
    }

    private static Task<int> TellStatusAsync(TestStore store, Guid messageId, params string[] statuses) =>
        EventStore.WriteAsync(store.Database, store.Organization, async db =>
        {
            await EventStore.AppendAsync(db, [.. statuses.Select(status => new NewEvent(
                store.Organization, MessageEvents.StatusChanged, store.Line.LineId, null, messageId, status, 1))], Cancellation);
            return statuses.Length;
        }, Cancellation);

    private static List<Happening.Message> Messages(List<Happening> happenings) => [.. happenings.OfType<Happening.Message>()];

    private static List<Happening.Change> Changes(List<Happening> happenings) => [.. happenings.OfType<Happening.Change>()];

    private static List<Happening.Status> Moves(List<Happening> happenings) => [.. happenings.OfType<Happening.Status>()];

    private static (string?, string?) Address(ChatFacts chat) => (chat.ProviderChatId, chat.PhoneNumber);

    private static string Print(Happening.Message message)
    {
        var said = message.Said;
        return $"{said.ProviderId}|{(said.FromMe ? "out" : "in")}|{said.Origin}|{said.Body}|{said.QuotedProviderId}";
    }
}
