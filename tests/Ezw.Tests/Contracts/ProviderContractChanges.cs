using Ezw.Providers;

namespace Ezw.Tests.Contracts;

/// <summary>Groups, and what happens to messages and chats after they were seen.</summary>
public abstract partial class ProviderContract
{
    [Fact]
    public async Task A_reaction_is_set_changed_and_taken_back_by_either_side()
    {
        await using var world = BuildFor(ProviderContractClaims.Changes);
        await using var line = await PairAsync(world);
        await line.SendAsync("A1", Ana, "ready!");
        var thanks = await world.PersonWritesAsync(Ana, Shop, "thanks");

        await world.PersonReactsAsync(Ana, Shop, "A1", "👍🏽");
        await world.PersonReactsAsync(Ana, Shop, "A1", "❤️");
        await world.PersonReactsAsync(Ana, Shop, "A1", null);
        await world.PhoneReactsAsync(Shop, Ana, thanks, "🙏");
        var seen = await CountAsync<ReactionSeen>(line, 4);

        Assert.Equal(["👍🏽", "❤️", null, "🙏"], seen.Select(one => one.Emoji));
        Assert.Equal(["A1", "A1", "A1", thanks], seen.Select(one => one.Target.ProviderMessageId));
        Assert.Equal([true, true, true, false], seen.Select(one => one.Target.FromMe));
        Assert.Equal([false, false, false, true], seen.Select(one => one.FromMe));
        Assert.All(seen, one => Assert.Equal(Ana, one.Target.Chat.PhoneNumber));
        Assert.Equal([Ana, Ana, Ana, null], seen.Select(one => one.Sender?.PhoneNumber));
    }

    [Fact]
    public async Task Edits_and_deletions_name_the_message_and_whose_it_is()
    {
        await using var world = BuildFor(ProviderContractClaims.Changes);
        await using var line = await PairAsync(world);
        var hers = await world.PersonWritesAsync(Ana, Shop, "two pleese");
        var ours = await world.PhoneWritesAsync(Shop, Ana, "commming");

        await world.PersonEditsAsync(Ana, Shop, hers, "שתיים בבקשה");
        await world.PhoneEditsAsync(Shop, Ana, ours, "coming");
        await world.PersonDeletesAsync(Ana, Shop, hers);
        await world.PhoneDeletesAsync(Shop, Ana, ours);
        var deleted = await CountAsync<MessageDeleted>(line, 2);

        Assert.Equal(
            [(hers, false, "שתיים בבקשה"), (ours, true, "coming")],
            line.Events.All.OfType<MessageEdited>().Select(one => (one.Target.ProviderMessageId, one.Target.FromMe, one.Body)));
        Assert.Equal([(hers, false), (ours, true)], deleted.Select(one => (one.Target.ProviderMessageId, one.Target.FromMe)));
    }

    [Fact]
    public async Task Reading_on_the_phone_and_new_names_are_told()
    {
        await using var world = BuildFor(ProviderContractClaims.Changes);
        await using var line = await PairAsync(world);
        await world.PersonWritesAsync(Ana, Shop, "hola");

        await world.PhoneReadsAsync(Shop, Ana);
        await world.PersonRenamesAsync(Ana, Shop, "Ana María");
        await world.PersonWritesAsync(Ana, Shop, "it is still me");

        Assert.Equal(Ana, (await line.Events.NextAsync<ChatRead>()).Chat.PhoneNumber);
        // The name of before may be told first: it became known.
        var named = await line.Events.NextAsync<ChatNamed>(named => named.Name == "Ana María");
        Assert.Equal(Ana, named.Chat.PhoneNumber);
        Assert.Equal("Ana María", (await CountAsync<MessageSeen>(line, 2))[1].SenderName);
    }

    [Fact]
    public async Task A_group_has_a_subject_and_its_messages_a_sender()
    {
        await using var world = BuildFor(ProviderContractClaims.Groups);
        await using var line = await PairAsync(world);
        var group = await world.MakeGroupAsync("משפחה 👪", Shop, Ana, Noa);

        await world.PersonSendsAsync(Ana, group, new SeenContent.Text("one"));
        await world.PhoneSendsAsync(Shop, group, new SeenContent.Text("two"));
        await world.PersonSendsAsync(Noa, group, new SeenContent.Text("three"));
        var seen = await CountAsync<MessageSeen>(line, 3);

        Assert.All(seen, one => Assert.Equal(new ChatAddress(null, null, group), one.Chat));
        Assert.All(seen, one => Assert.Equal("משפחה 👪", one.ChatName));
        Assert.Equal([(Ana, false), (null, true), (Noa, false)], seen.Select(one => (one.Sender?.PhoneNumber, one.FromMe)));
    }

    [Fact]
    public async Task Whatever_happens_in_a_group_names_the_group()
    {
        await using var world = BuildFor(ProviderContractClaims.Groups | ProviderContractClaims.Changes);
        await using var line = await PairAsync(world);
        var group = await world.MakeGroupAsync("Trip", Shop, Ana, Noa);
        var hers = await world.PersonSendsAsync(Ana, group, new SeenContent.Text("Sunday?"));
        var ours = await world.PhoneSendsAsync(Shop, group, new SeenContent.Text("Monday"));

        await world.PersonReactsAsync(Noa, group, hers, "🌞");
        await world.PersonReactsAsync(Noa, group, ours, "🌚");
        await world.PersonEditsAsync(Ana, group, hers, "Saturday?");
        await world.PhoneDeletesAsync(Shop, group, ours);
        await world.RenameGroupAsync(group, "טיול");
        await world.PhoneReadsAsync(Shop, group);
        await line.Events.NextAsync<ChatRead>();

        var chat = new ChatAddress(null, null, group);
        Assert.Equal([new MessageReference(chat, hers, false), new MessageReference(chat, ours, true)],
            line.Events.All.OfType<ReactionSeen>().Select(one => one.Target));
        Assert.All(line.Events.All.OfType<ReactionSeen>(), one => Assert.Equal(Noa, one.Sender?.PhoneNumber));
        Assert.Equal(new MessageReference(chat, hers, false), (await line.Events.NextAsync<MessageEdited>()).Target);
        Assert.Equal(new MessageReference(chat, ours, true), (await line.Events.NextAsync<MessageDeleted>()).Target);
        Assert.Equal(chat, (await line.Events.NextAsync<ChatNamed>(named => named.Name == "טיול")).Chat);
    }

    [Fact]
    public async Task A_line_writes_to_its_groups_if_to_any_and_to_no_other()
    {
        await using var world = BuildFor(ProviderContractClaims.Groups);
        await using var line = await PairAsync(world);
        var ours = await world.MakeGroupAsync("Ours", Shop, Ana);
        var theirs = await world.MakeGroupAsync("Theirs", Ana, Noa);

        var sent = await line.SendAsync("A1", new ChatAddress(null, null, ours), "hello all");
        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A2", new ChatAddress(null, null, theirs), "hello?"));

        if (world.WritesToGroups)
        {
            Assert.IsType<SendResult.Accepted>(sent);
            Assert.Equal(ErrorClass.RecipientInvalid, refused.Error.Class);
            Assert.Equal(["hello all"], await world.ShownToAsync(ours));
        }
        else
        {
            Assert.Equal(ErrorClass.Unsupported, Assert.IsType<SendResult.Rejected>(sent).Error.Class);
            Assert.Equal(ErrorClass.Unsupported, refused.Error.Class);
            Assert.Empty(await world.ShownToAsync(ours));
        }
    }

    [Fact]
    public async Task Repeated_events_are_the_same_events()
    {
        await using var world = BuildFor(ProviderContractClaims.Changes);
        await using var line = await PairAsync(world);
        await world.RepeatEventsAsync();

        var id = await world.PersonWritesAsync(Ana, Shop, "hola");
        await world.PersonReactsAsync(Ana, Shop, id, "👍");
        await world.PersonEditsAsync(Ana, Shop, id, "hola!");
        await world.PersonDeletesAsync(Ana, Shop, id);
        await world.PhoneReadsAsync(Shop, Ana);
        await world.PersonRenamesAsync(Ana, Shop, "Ana");
        world.Advance(TimeSpan.FromMinutes(1));
        await line.Events.UntilAsync(events =>
            Traffic(events).Distinct().Count() == 6 && Traffic(events).Count() >= 6 * world.TimesOfARepeatedEvent);
        // Every repetition of the others came before this, or never.
        await world.PersonWritesAsync(Ana, Shop, "adiós");
        await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "adiós");

        var different = Traffic(line.Events.All).Distinct().ToList();
        Assert.True(different.Count == 7, string.Join(Environment.NewLine, different));
    }

    private static IEnumerable<LineEvent> Traffic(IEnumerable<LineEvent> events) =>
        events.Where(one => one is not LinkStateChanged and not QrOffered and not LinePaired and not IdentityLinked and not HistorySeen);

    private ProviderContractWorld BuildFor(ProviderContractClaims claims)
    {
        var world = Build();
        Assert.SkipUnless(world.Claims.HasFlag(claims), $"This provider claims no {claims}.");
        return world;
    }

    private static async Task<IReadOnlyList<T>> CountAsync<T>(PairedLine line, int count) where T : LineEvent
    {
        await line.Events.UntilAsync(events => events.OfType<T>().Count() >= count);
        return [.. line.Events.All.OfType<T>()];
    }
}
