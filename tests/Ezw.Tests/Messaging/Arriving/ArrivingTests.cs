using Ezw.Foundation.Storage;
using Ezw.Lines;
using Ezw.Messaging.Arriving;
using Ezw.Providers;
using Ezw.Tests.Support;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.Messaging.Arriving;

/// <summary>What links report is stored once and truthfully, whatever the order.</summary>
public sealed class ArrivingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_message_that_comes_twice_is_one_message_and_one_unread(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(From(Ana, "1", 1), From(Ana, "1", 1), From(Ana, "2", 2), From(Ana, "1", 1));

        Assert.Equal(2, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(2, await store.CountAsync($"select unread_count from conversation"));
        Assert.Equal(2, await store.CountAsync($"select count(*) from event where kind = 'message.received'"));
    }

    [Theory, EachDatabase]
    public async Task A_newcomer_who_writes_to_several_lines_at_once_is_one_contact(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        LineKey[] lines = [store.Line, await store.AddLineAsync(store.Organization), await store.AddLineAsync(store.Organization)];
        var arrivals = new Arrivals();

        await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(number => lines.Select(line => store.Commits.CommitAsync(
            arrivals, FirstWords(store, line, new ChatAddress($"+97250000{number:0000}", null)), default))));

        Assert.Equal(60, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(20, await store.CountAsync($"select count(*) from contact"));
    }

    [Theory, EachDatabase]
    public async Task The_last_message_is_the_latest_by_WhatsApps_time_and_not_the_latest_to_come(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(From(Ana, "2", 20), From(Ana, "1", 10), From(Ana, "3", 20));

        Assert.Equal(["3"], await LastAsync(store));
        Assert.Equal(10_000, await store.CountAsync($"select waiting_since from conversation"));
    }

    [Theory, EachDatabase]
    public async Task An_echo_answers_the_customer_and_touches_neither_unread_nor_work(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 10));
        var before = await WorkAsync(store);

        await store.HearAsync(Echo(Ana, "E", 20));

        Assert.Equal(before, await WorkAsync(store));
        Assert.Equal(1, await store.CountAsync($"select count(*) from conversation where waiting_since is null and unread_count = 1"));
        Assert.Equal(1, await store.CountAsync(
            $"select count(*) from message where origin = 'phone' and direction = 'out' and status = 'sent'"));

        // An answer older than the question answers nothing.
        await store.HearAsync(From(Ana, "2", 30), Echo(Ana, "F", 25));
        Assert.Equal(30_000, await store.CountAsync($"select waiting_since from conversation"));
    }

    [Theory, EachDatabase]
    public async Task A_message_wakes_a_snoozed_conversation_and_reopens_a_closed_one(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 1));
        await store.Database.WriteAsync(db => db.ExecuteAsync($"""
            update conversation set snoozed_until = 99, version = 7, stage_id = (select id from stage where category = 'closed')
            """, Cancellation), Cancellation);

        await store.HearAsync(From(Ana, "2", 2));

        Assert.Equal(1, await store.CountAsync($"""
            select count(*) from conversation c join stage s on s.id = c.stage_id
            where s.category = 'open' and c.snoozed_until is null and c.version = 8
            """));
    }

    [Theory, EachDatabase]
    public async Task Edits_count_by_their_time_and_wait_for_their_message(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(
            Edit("1", 5, "second"), From(Ana, "1", 1, "first"), Edit("1", 9, "third"), Edit("1", 7, "between"), Edit("1", 9, "third"));

        Assert.Equal(["third|first|9000"], await store.ReadAsync(
            $"select body, original_body, edited_at from message", row => $"{row.GetString(0)}|{row.GetString(1)}|{row.GetInt64(2)}"));
        Assert.Equal(3, await store.CountAsync($"select count(*) from event where kind = 'message.edited'"));
    }

    [Theory, EachDatabase]
    public async Task A_deletion_marks_the_message_and_keeps_it_even_when_it_comes_first(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(Delete("1", 5), From(Ana, "1", 1, "oops"));

        Assert.Equal(["oops|5000"], await store.ReadAsync(
            $"select body, deleted_at from message", row => $"{row.GetString(0)}|{row.GetInt64(1)}"));
    }

    [Theory, EachDatabase]
    public async Task A_reaction_of_one_sender_is_the_latest_by_time_and_may_come_first(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(Reaction("1", 9, "❤️"), Reaction("1", 5, "👍"), From(Ana, "1", 1), Reaction("1", 9, "❤️"));

        Assert.Equal(["❤️"], await store.ReadAsync($"""
            select value from message_change where kind = 'reaction' order by at desc, value desc limit 1
            """, row => row.GetString(0)));
        Assert.Equal(2, await store.CountAsync($"select count(*) from message_change"));
    }

    [Theory, EachDatabase]
    public async Task A_receipt_that_is_faster_than_its_echo_is_not_lost(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(
            Receipt("E", 3, ReceiptKind.Read), Receipt("E", 2, ReceiptKind.Delivered), Echo(Ana, "E", 1),
            Receipt("E", 2, ReceiptKind.Delivered));

        Assert.Equal(["read"], await store.ReadAsync($"select status from message", row => row.GetString(0)));
    }

    [Theory, EachDatabase]
    public async Task A_receipt_from_long_ago_still_waits_for_its_echo(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(Receipt("1", 5, ReceiptKind.Read));

        await store.Database.WriteAsync(
            db => EarlyReceiptStore.PurgeAsync(db, store.Clock.NowMs() - 1, 10, Cancellation), Cancellation);
        await store.HearAsync(Echo(Ana, "1", 4));

        Assert.Equal(1, await store.CountAsync($"select count(*) from message where status = 'read'"));
    }

    [Theory, EachDatabase]
    public async Task A_group_is_one_conversation_and_its_writers_are_contacts(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var ben = new ChatAddress(null, "200@lid");

        await store.HearAsync(
            InGroup("1", 1, Ana, "Ana"), InGroup("1", 2, ben, "Ben"), InGroup("1", 2, ben, "Ben"), From(Ana, "9", 3),
            new ChatNamed(At(4), Group, "Cousins"));

        Assert.Equal(["group|Cousins|2", "individual|Ana|1"], await store.ReadAsync($"""
            select c.type, n.push_name, (select count(*) from message m where m.conversation_id = c.id)
            from conversation c join contact n on n.id = c.contact_id order by c.type
            """, row => $"{row.GetString(0)}|{row.GetString(1)}|{row.GetInt64(2)}"));
        Assert.Equal(["Ana", "Ben"], await store.ReadAsync($"""
            select n.push_name from message m join contact n on n.id = m.sender_id order by n.push_name
            """, row => row.GetString(0)));
    }

    [Theory, EachDatabase]
    public async Task What_is_not_text_keeps_everything_that_came(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        await store.HearAsync(
            Content(new SeenContent.Location(32.08, 34.78, "Café", "Dizengoff 1", false), "1"),
            Content(new SeenContent.Contacts([new("דנה", ["+972 50"], "BEGIN:VCARD")]), "2"),
            Content(new SeenContent.Poll("Lunch?", ["Falafel", "Salad"], 1), "3"),
            Content(new SeenContent.Unsupported("paymentMessage", """{"amount":5}"""), "4"),
            Content(new SeenContent.Media(
                MediaKind.Image, new MediaSeen(new MediaPointer("ref"), "image/jpeg", "a\0b.jpg", 5, 3, 4), "look\0"), "5"));

        Assert.Equal(
            ["location|Café", "contacts|דנה", "poll|Lunch?", "unsupported|", "image|look\uFFFD"],
            await store.ReadAsync($"select type, body from message order by position", row => $"{row.GetString(0)}|{row.TextOrNull(1)}"));
        Assert.Equal(4, await store.CountAsync($"select count(*) from message where content is not null"));
        Assert.Equal(["pending|ref|a\uFFFDb.jpg|3"], await store.ReadAsync(
            $"select state, reference, file_name, width from attachment",
            row => $"{row.GetString(0)}|{row.GetString(1)}|{row.GetString(2)}|{row.GetInt64(3)}"));
    }

    [Theory, EachDatabase]
    public async Task What_the_owner_read_on_the_phone_is_read_here_and_later_messages_are_not(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 1), From(Ana, "2", 2), From(Ana, "3", 9), new ChatRead(At(5), Ana));

        Assert.Equal(1, await store.CountAsync($"select unread_count from conversation"));
        Assert.Equal(1, await store.CountAsync($"""
            select count(*) from message m join conversation c on c.id = m.conversation_id where m.position > c.read_position
            """));
    }

    private static Task<List<string>> LastAsync(TestStore store) => store.ReadAsync(
        $"select m.provider_message_id from conversation c join message m on m.id = c.last_message_id", row => row.GetString(0));

    private static Task<List<string>> WorkAsync(TestStore store) => store.ReadAsync(
        $"select stage_id, assignee_id, unread_count, version from conversation",
        row => string.Join('|', Enumerable.Range(0, 4).Select(row.GetValue)));

    private static Arrival FirstWords(TestStore store, LineKey line, ChatAddress by) => new(
        new SeenChat(line, by, "New", Ids.New(store.Clock), Ids.New(store.Clock)), From(by, "1", 1), Ids.New(store.Clock),
        Ids.New(store.Clock), Ids.New(store.Clock), 1);
}
