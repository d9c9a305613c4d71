using Ezw.Foundation.Storage;
using Ezw.Messaging.Contacts;
using Ezw.Providers;
using Ezw.Tests.Support;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.Messaging.Contacts;

/// <summary>A person is known by number and by LID; when the two turn out to be one, so do their conversations, and it can be undone.</summary>
public sealed class MergingContactsTests
{
    private static readonly ChatAddress ByPhone = new("+972501234567", null);
    private static readonly ChatAddress ByLid = new(null, "100@lid");

    [Theory, EachDatabase]
    public async Task A_message_that_names_both_makes_two_contacts_one_and_joins_their_conversations(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(ByPhone, "1", 1), From(ByLid, "2", 2), Reaction("2", 3, "👍"));
        Assert.Equal(2, await store.CountAsync($"select count(*) from conversation"));

        await store.HearAsync(From(Ana, "3", 4));

        await JoinedAsync(store, messages: 3);
        await CountersHoldAsync(store);
        Assert.Equal(1, await store.CountAsync($"select count(*) from event where kind = 'contact.merged' and line_id is not null"));
    }

    [Theory, EachDatabase]
    public async Task WhatsApp_linking_a_number_and_a_LID_merges_what_was_two(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.SendAsync(ByPhone.PhoneNumber!, "your order");
        await store.HearAsync(From(ByLid, "2", 2));

        await store.HearAsync(new IdentityLinked(At(3), ByPhone.PhoneNumber!, ByLid.Lid!));
        await store.HearAsync(new IdentityLinked(At(3), ByPhone.PhoneNumber!, ByLid.Lid!));

        await JoinedAsync(store, messages: 2);
        Assert.Equal(1, await store.CountAsync($"select count(*) from outbox where due_at is not null"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from contact_merge"));
    }

    [Theory, EachDatabase]
    public async Task A_merge_that_is_undone_gives_everything_back_and_is_not_made_again(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(ByPhone, "1", 1), From(ByLid, "2", 2), Edit("2", 3, "edited"));
        var before = await PictureAsync(store);
        await store.HearAsync(new IdentityLinked(At(3), ByPhone.PhoneNumber!, ByLid.Lid!));
        await JoinedAsync(store, messages: 2);

        var merge = Assert.Single(await store.ReadAsync($"select id from contact_merge", row => row.Uuid(0)));
        Assert.IsType<MergeOutcome.Parted>(await store.Merges.PartAsync(store.Organization, Guid.Empty, merge, default));

        Assert.Equal(before, await PictureAsync(store));
        await CountersHoldAsync(store);
        Assert.IsType<MergeOutcome.NotFound>(await store.Merges.PartAsync(store.Organization, Guid.Empty, merge, default));
        await store.HearAsync(new IdentityLinked(At(3), ByPhone.PhoneNumber!, ByLid.Lid!));
        Assert.Equal(before, await PictureAsync(store));
    }

    [Theory, EachDatabase]
    public async Task Merges_that_build_on_each_other_are_undone_from_the_last_one_back(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(ByPhone, "1", 1), From(ByLid, "2", 2), From(new("+972509999999", null), "3", 3));
        var before = await PictureAsync(store);
        var people = await store.ReadAsync($"select contact_id from message m join conversation c on c.id = m.conversation_id order by at",
            row => row.Uuid(0));

        Assert.IsType<MergeOutcome.Merged>(await MergeAsync(store, people[1], people[0]));
        Assert.IsType<MergeOutcome.Merged>(await MergeAsync(store, people[2], people[1]));
        await JoinedAsync(store, messages: 3, people: 3);

        Assert.IsType<MergeOutcome.Superseded>(await PartAsync(store, people[0]));
        Assert.IsType<MergeOutcome.Parted>(await PartAsync(store, people[1]));
        Assert.IsType<MergeOutcome.Parted>(await PartAsync(store, people[0]));

        Assert.Equal(before, await PictureAsync(store));
        await CountersHoldAsync(store);
    }

    [Theory, EachDatabase]
    public async Task A_send_to_a_conversation_that_was_merged_goes_to_the_one_that_stayed(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(From(ByPhone, "1", 1), From(ByLid, "2", 2));
        var merged = await store.ReadAsync($"select conversation_id from message where provider_message_id = '2'", row => row.Uuid(0));
        await store.HearAsync(new IdentityLinked(At(3), ByPhone.PhoneNumber!, ByLid.Lid!));

        var first = await store.SendAsync("", "hello", key: "k", conversation: merged[0]);
        var again = await store.SendAsync("", "hello", key: "k", conversation: merged[0]);

        var kept = Assert.Single(await store.ReadAsync($"select id from conversation where merged_into_id is null", row => row.Uuid(0)));
        Assert.Equal(kept, ((Ezw.Messaging.Sending.AcceptOutcome.Accepted)first).ConversationId);
        Assert.Equal(((Ezw.Messaging.Sending.AcceptOutcome.Accepted)first) with { Replayed = true }, again);
    }

    private static Task<MergeOutcome> MergeAsync(TestStore store, Guid kept, Guid merged) =>
        store.Merges.MergeByHandAsync(store.Organization, Guid.Empty, kept, merged, default);

    private static async Task<MergeOutcome> PartAsync(TestStore store, Guid merged)
    {
        var merges = await store.ReadAsync(
            $"select id from contact_merge where merged_id = {merged} and undone_at is null", row => row.Uuid(0));
        return await store.Merges.PartAsync(store.Organization, Guid.Empty, Assert.Single(merges), default);
    }

    private static async Task JoinedAsync(TestStore store, long messages, long people = 2)
    {
        Assert.Equal(1, await store.CountAsync($"select count(distinct conversation_id) from message"));
        Assert.Equal(messages, await store.CountAsync($"""
            select count(*) from message m join conversation c on c.id = m.conversation_id and c.merged_into_id is null
            """));
        Assert.Equal(people - 1, await store.CountAsync($"select count(*) from conversation where merged_into_id is not null"));
        Assert.Equal(people - 1, await store.CountAsync($"select count(*) from contact where merged_into_id is not null"));
        Assert.Equal(1, await store.CountAsync($"select count(distinct contact_id) from contact_alias"));
    }

    /// <summary>What the merge must give back: versions apart, which only move forward.</summary>
    private static async Task<string> PictureAsync(TestStore store)
    {
        var lines = await store.ReadAsync($"""
            select m.provider_message_id, m.conversation_id, c.contact_id, c.unread_count, c.last_message_id, c.waiting_since,
                   c.merged_into_id, (select count(*) from message_change e where e.conversation_id = c.id), n.merged_into_id, n.push_name
            from message m join conversation c on c.id = m.conversation_id join contact n on n.id = c.contact_id
            order by m.provider_message_id
            """, row => string.Join('|', Enumerable.Range(0, 10).Select(row.GetValue)));
        lines.AddRange(await store.ReadAsync($"select kind, value, contact_id from contact_alias order by kind, value",
            row => string.Join('|', Enumerable.Range(0, 3).Select(row.GetValue))));
        return string.Join('\n', lines);
    }

    private static async Task CountersHoldAsync(TestStore store)
    {
        Assert.Equal(
            await store.CountAsync($"select count(*) from conversation where merged_into_id is null"),
            await store.CountAsync($"select sum(conversations) from conversation_count"));
        Assert.Equal(0, await store.CountAsync($"""
            select count(*) from conversation c where c.merged_into_id is null and c.unread_count <> (
                select count(*) from message m
                where m.conversation_id = c.id and m.direction = 'in' and m.import_id is null and m.position > c.read_position)
            """));
    }
}
