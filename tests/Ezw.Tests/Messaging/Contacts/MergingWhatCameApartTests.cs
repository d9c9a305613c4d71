using Ezw.Foundation.Storage;
using Ezw.Providers;
using Ezw.Tests.Support;
using static Ezw.Tests.Messaging.Arriving.Seen;

namespace Ezw.Tests.Messaging.Contacts;

/// <summary>What came under two names is as if it had come under one, once the names are known to be one person's.</summary>
public sealed class MergingWhatCameApartTests
{
    private static readonly ChatAddress ByPhone = new("+972501234567", null);
    private static readonly ChatAddress ByLid = new(null, "100@lid");
    private static readonly IdentityLinked OnePerson = new(At(50), "+972501234567", "100@lid");

    [Theory, EachDatabase]
    public async Task An_edit_and_a_deletion_under_one_name_reach_their_messages_under_the_other(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(
            From(ByPhone, "1", 1), From(ByPhone, "2", 2), new MessageEdited(At(9), new(ByLid, "1", false), "edited"),
            new MessageDeleted(At(9), new(ByLid, "2", false)));

        await store.HearAsync(OnePerson);

        Assert.Equal([("edited", "hi", null), ("hi", null, 9_000L)], await store.ReadAsync(
            $"select body, original_body, deleted_at from message order by provider_message_id",
            row => (row.GetString(0), row.TextOrNull(1), row.NumberOrNull(2))));
    }

    [Theory, EachDatabase]
    public async Task A_change_that_was_told_under_both_names_is_one(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(
            From(ByPhone, "1", 1), new MessageEdited(At(9), new(ByPhone, "1", false), "edited"),
            new MessageEdited(At(9), new(ByLid, "1", false), "edited"), React(ByPhone, ByPhone), React(ByLid, ByLid));

        await store.HearAsync(OnePerson);

        Assert.Equal(1, await store.CountAsync($"select count(distinct contact_id) from contact_alias"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from message_change where kind = 'edit'"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from message_change where kind = 'reaction'"));
    }

    [Theory, EachDatabase]
    public async Task In_a_group_nothing_of_a_merged_person_is_stored_again(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        LineEvent[] told =
            [InGroup("1", 1, ByPhone, "Ana"), InGroup("2", 2, ByLid, "Ana"), React(Group, ByLid, "1"), React(Group, ByPhone, "2")];
        await store.HearAsync([.. told, OnePerson]);

        await store.HearAsync(told);

        Assert.Equal(2, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(2, await store.CountAsync($"select count(*) from message_change"));
        Assert.Equal(1, await store.CountAsync($"select count(distinct sender) from message_change"));
    }

    [Theory, EachDatabase]
    public async Task A_writer_in_a_group_who_is_named_by_both_is_one_person(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(InGroup("1", 1, ByPhone, "Ana"), InGroup("2", 2, ByLid, "Ana"));

        await store.HearAsync(InGroup("3", 3, Ana, "Ana"));

        Assert.Equal(1, await store.CountAsync($"select count(distinct contact_id) from contact_alias where kind <> 'group'"));
    }

    [Theory, EachDatabase]
    public async Task A_reaction_of_somebody_who_never_wrote_is_one_after_they_did(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(InGroup("1", 1, ByPhone, "Ana"), React(Group, new ChatAddress(null, "7@lid")));

        await store.HearAsync(InGroup("2", 2, new ChatAddress(null, "7@lid"), "Dan"), React(Group, new ChatAddress(null, "7@lid")));

        Assert.Equal(1, await store.CountAsync($"select count(*) from message_change"));
    }

    [Theory, EachDatabase]
    public async Task Two_people_of_a_group_may_use_one_id_and_a_deletion_of_it_is_still_stored(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.HearAsync(InGroup("1", 1, ByPhone, "Ana"), InGroup("1", 2, new ChatAddress(null, "7@lid"), "Dan"));

        await store.HearAsync(new MessageDeleted(At(9), new(Group, "1", false)));

        Assert.Equal(2, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from event where kind = 'message.deleted' and subject_id is not null"));
    }

    private static ReactionSeen React(ChatAddress chat, ChatAddress by, string id = "1") =>
        new(At(9), new(chat, id, false), false, by, "👍");
}
