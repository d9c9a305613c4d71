using Ezw.Foundation.Storage;
using Ezw.History;
using Ezw.Providers;
using Ezw.Tests.Support;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.History;

/// <summary>What a phone hands over when it is linked is stored once, as history, whatever comes live meanwhile.</summary>
public sealed class PhoneHistoryTests
{
    private static readonly ChatAddress AnasNumber = new("+972501234567", null);
    private static readonly ChatAddress AnasLid = new(null, "100@lid");
    private static readonly ChatAddress Ben = new(null, "200@lid");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task Chats_of_the_past_are_there_and_nothing_of_them_is_to_be_done(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);

        await store.HearAsync(Piece(
            From(Ana, "1", 10, "old"), Echo(Ana, "2", 20), InGroup("3", 30, Ben, "Ben"), InGroup("4", 40, AnasLid, "Ana")));

        Assert.Equal(4, await store.CountAsync($"select count(*) from message where import_id is not null and created_at > at"));
        Assert.Equal(["individual|2", "group|4"], await store.ReadAsync($"""
            select c.type, m.provider_message_id from conversation c join message m on m.id = c.last_message_id
            join stage s on s.id = c.stage_id
            where c.unread_count = 0 and c.waiting_since is null and s.category = 'closed' order by c.last_message_at
            """, row => $"{row.GetString(0)}|{row.GetString(1)}"));
        Assert.Equal(["history.imported", "history.imported"], await store.ReadAsync(
            $"select kind from event where conversation_id is not null order by position", row => row.GetString(0)));
        // The search finds the messages by their event, so they must share its position.
        Assert.Equal(4, await store.CountAsync($"""
            select count(*) from message m join event e on e.position = m.position and e.conversation_id = m.conversation_id
            """));
        Assert.Equal(["Ben", "Ana"], await store.ReadAsync(
            $"select k.push_name from message m join contact k on k.id = m.sender_id order by m.at", row => row.GetString(0)));
    }

    [Theory, EachDatabase]
    public async Task A_piece_that_comes_again_changes_nothing(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        var piece = Piece(From(Ana, "1", 10), From(Ana, "1", 10), InGroup("2", 20, Ben, "Ben")) with
        {
            Identities = [Person("+972500000002", "200@lid")], Names = [Named(Group, "Family")], Progress = 40,
        };
        await store.HearAsync(piece);
        var before = await PictureAsync(store);

        await store.HearAsync(piece, piece);

        Assert.Equal(before, await PictureAsync(store));
        Assert.Equal(2, await store.CountAsync($"select imported from history_import where done = 2 and progress = 40"));
    }

    [Theory, EachDatabase]
    public async Task What_came_live_is_not_made_history(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 10), Echo(Ana, "2", 20), From(Ana, "3", 30));

        await store.HearAsync(Piece(From(AnasLid, "1", 10), Echo(AnasLid, "2", 20), From(AnasLid, "3", 30), From(AnasLid, "0", 5)));

        Assert.Equal(["0"], await store.ReadAsync(
            $"select provider_message_id from message where import_id is not null", row => row.GetString(0)));
        Assert.Equal(1, await store.CountAsync($"""
            select count(*) from conversation c join message m on m.id = c.last_message_id join stage s on s.id = c.stage_id
            where c.unread_count = 2 and c.waiting_since = 30000 and m.provider_message_id = '3' and s.category = 'open'
            """));
    }

    [Theory, EachDatabase]
    public async Task What_comes_live_after_the_past_told_it_is_news_all_the_same(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        var photo = new MessageSeen(At(10), "1", Ana, false, Photo("its key"), null, "Ana");
        await store.HearAsync(Piece(photo, From(Ana, "0", 5)));

        await store.HearAsync(photo, photo);

        Assert.Equal(2, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(1, await store.CountAsync($"""
            select count(*) from conversation c join message m on m.id = c.last_message_id join stage s on s.id = c.stage_id
            join attachment a on a.message_id = m.id
            where c.unread_count = 1 and c.waiting_since = 10000 and s.category = 'open' and m.import_id is null and a.state = 'pending'
              and a.due_at is not null
            """));
        Assert.Equal(1, await store.CountAsync($"""
            select count(*) from event e join message m on m.id = e.subject_id and m.position = e.position where e.kind = 'message.received'
            """));
    }

    [Theory, EachDatabase]
    public async Task A_person_known_by_number_and_by_LID_is_one_contact_with_one_conversation(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        await store.HearAsync(From(AnasNumber, "1", 10));

        await store.HearAsync(Piece(From(AnasLid, "2", 5), From(AnasNumber, "3", 6), From(Ben, "4", 7)) with
        {
            Identities = [Person("+972501234567", "100@lid"), Person("+972500000002", "200@lid")],
        });

        Assert.Equal(2, await store.CountAsync($"select count(*) from contact where merged_into_id is null"));
        Assert.Equal(["1", "2", "3"], await store.ReadAsync($"""
            select m.provider_message_id from message m join contact_alias a on a.value = '+972501234567'
            join conversation c on c.contact_id = a.contact_id and c.id = m.conversation_id order by m.provider_message_id
            """, row => row.GetString(0)));
        Assert.Equal(4, await store.CountAsync($"select count(*) from contact_alias"));
    }

    [Theory, EachDatabase]
    public async Task Two_contacts_that_the_past_knows_as_one_person_become_one(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        await store.HearAsync(From(AnasNumber, "1", 10), From(AnasLid, "2", 20));

        await store.HearAsync(Piece() with { Identities = [Person("+972501234567", "100@lid")] });

        Assert.Equal(1, await store.CountAsync($"select count(*) from contact where merged_into_id is null"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from conversation where merged_into_id is null and unread_count = 2"));
    }

    [Theory, EachDatabase]
    public async Task A_name_of_the_past_is_for_who_has_none(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        await store.HearAsync(From(Ana, "1", 10));

        await store.HearAsync(
            Piece(From(Ben, "2", 5) with { SenderName = null }),
            Piece() with { Names = [Named(Ana, "Annie"), Named(Ben, "Benny"), Named(Group, "Family")] },
            Piece() with { Names = [Named(Ben, "Benjamin")] });

        Assert.Equal(["Ana", "Benny"], await store.ReadAsync($"select push_name from contact order by push_name", row => row.GetString(0)));
        Assert.Equal(1, await store.CountAsync($"select count(*) from event where kind = 'contact.changed'"));
    }

    [Theory, EachDatabase]
    public async Task A_file_of_the_past_is_kept_as_something_to_ask_for(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);

        await store.HearAsync(Piece(new MessageSeen(At(1), "1", Ana, false, Photo("its key"), null, "Ana")));

        Assert.Equal(["failed|not_fetched|its key|image/jpeg"], await store.ReadAsync(
            $"select state, error_code, reference, declared_type from attachment where due_at is null",
            row => string.Join('|', Enumerable.Range(0, 4).Select(row.GetString))));
    }

    [Theory, EachDatabase]
    public async Task What_became_of_a_message_before_the_past_told_it_is_kept(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        await store.HearAsync(Edit("1", 50, "better"), Receipt("2", 60, ReceiptKind.Read));

        await store.HearAsync(Piece(From(Ana, "1", 10, "good"), Echo(Ana, "2", 20)));

        Assert.Equal(["better|good|received", "hello||read"], await store.ReadAsync(
            $"select body, original_body, status from message order by at",
            row => $"{row.GetString(0)}|{row.TextOrNull(1)}|{row.GetString(2)}"));
    }

    [Theory, EachDatabase]
    public async Task How_far_it_has_come_is_told_to_the_end_and_a_new_link_begins_anew(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);

        await store.HearAsync(Piece(From(Ana, "1", 10)), Piece() with { Progress = 30 });
        Assert.Equal(["working|30|1"], await FiguresAsync(store));
        await store.HearAsync(Piece(From(Ana, "2", 20)) with { HasGap = true });
        await store.HearAsync(Piece() with { Progress = 100, IsComplete = true }, Piece());
        Assert.Equal(["done|100|2"], await FiguresAsync(store));
        Assert.Equal(1, await store.CountAsync(
            $"select count(*) from history_import where error_code = 'history_gap' and finished_at > 0"));

        await LinkAsync(store, "second");
        await store.HearAsync(Piece(From(Ana, "1", 10), From(Ana, "3", 30)) with { Progress = 50 });
        await LinkAsync(store, "third");
        await store.HearAsync(Piece());
        Assert.Equal(["done|100|2", "failed|50|1", "working||0"], await FiguresAsync(store));
        Assert.Equal(1, await store.CountAsync($"select count(*) from history_import where error_code = 'link_ended'"));
    }

    [Theory, EachDatabase]
    public async Task A_past_that_somebody_stopped_and_one_of_a_former_owner_are_not_stored(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        await store.HearAsync(Piece(From(Ana, "1", 10)));
        await store.Database.WriteAsync(db => db.ExecuteAsync($"update history_import set state = 'canceled'", Cancellation), Cancellation);
        await store.HearAsync(Piece(From(Ana, "2", 20)));

        await LinkAsync(store, "second");
        var intake = new PhoneHistory(store.Database, store.Merges, store.Clock);
        Assert.False(await intake.TakeAsync(store.Line with { Epoch = 9 }, Piece(From(Ana, "3", 30)), Cancellation));

        Assert.Equal(1, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from history_import"));
    }

    [Theory, EachDatabase]
    public async Task A_large_past_comes_in_order_and_its_equal_times_keep_their_order(DatabaseKind kind)
    {
        await using var store = await StartAsync(kind);
        var said = Enumerable.Range(0, 1_500).Select(number => From(Ana, $"{number:0000}", number / 10)).ToList();

        foreach (var some in said.Chunk(500))
            await store.HearAsync(Piece(some));

        Assert.Equal(said.Select(message => message.ProviderMessageId), await store.ReadAsync(
            $"select provider_message_id from message order by at, position, id", row => row.GetString(0)));
    }

    private static HistorySeen Piece(params MessageSeen[] messages) => new(At(99), [], [], messages, null, false);

    private static IdentityLinked Person(string phoneNumber, string lid) => new(At(0), phoneNumber, lid);

    private static ChatNamed Named(ChatAddress chat, string name) => new(At(0), chat, name);

    private static SeenContent.Media Photo(string reference) =>
        new(MediaKind.Image, new MediaSeen(new MediaPointer(reference), "image/jpeg", null, 7), "look");

    private static async Task<TestStore> StartAsync(DatabaseKind kind)
    {
        var store = await TestStore.StartAsync(kind);
        await LinkAsync(store, "first");
        return store;
    }

    private static async Task LinkAsync(TestStore store, string device) => await store.Database.WriteAsync(
        db => db.ExecuteAsync($"update line set device_id = {device} where id = {store.Line.LineId}", Cancellation), Cancellation);

    private static Task<List<string>> FiguresAsync(TestStore store) => store.ReadAsync(
        $"select state, progress, imported from history_import order by device_id",
        row => $"{row.GetString(0)}|{row.NumberOrNull(1)}|{row.GetInt64(2)}");

    /// <summary>Everything but the hints that somebody looked again.</summary>
    private static async Task<string> PictureAsync(TestStore store) => string.Join('\n', await store.ReadAsync($"""
        select (select count(*) from message), (select count(*) from contact), (select count(*) from contact_alias),
               (select count(*) from conversation), (select count(*) from event where conversation_id is not null),
               (select max(position) from message), (select sum(imported + done) from history_import)
        """, row => string.Join('|', Enumerable.Range(0, 7).Select(row.GetValue))));
}
