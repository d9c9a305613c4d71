using Ezw.Providers;

namespace Ezw.Tests.Contracts;

public abstract partial class ProviderContract
{
    [Fact]
    public async Task An_accepted_message_is_shown_once_and_its_receipts_come_back()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", Ana, "hola"));
        await world.PersonReadsAsync(Ana);
        await line.Events.NextAsync<ReceiptSeen>(receipt => receipt.Kind == ReceiptKind.Read);

        Assert.Equal(["hola"], await world.ShownToAsync(Ana));
        Assert.Equal(
            [ReceiptKind.Delivered, ReceiptKind.Read],
            line.Events.All.OfType<ReceiptSeen>().Where(receipt => receipt.ProviderMessageIds.Contains("A1"))
                .Select(receipt => receipt.Kind));
    }

    [Fact]
    public async Task The_same_id_sent_twice_is_one_message()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await line.SendAsync("A1", Ana, "hola");
        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", Ana, "hola", attempt: 2));

        Assert.Equal(["hola"], await world.ShownToAsync(Ana));
        Assert.Equal(2, await world.ArrivalsAsync("A1"));
    }

    [Fact]
    public async Task An_ambiguous_send_is_safe_to_repeat_under_its_id()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await world.LoseAcksAsync(true);
        var first = Assert.IsType<SendResult.Ambiguous>(await line.SendAsync("A1", Ana, "hola"));
        Assert.True(first.SafeToRetrySameId);
        await world.LoseAcksAsync(false);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", Ana, "hola", attempt: 2));
        Assert.Equal(["hola"], await world.ShownToAsync(Ana));
    }

    [Fact]
    public async Task A_chat_known_by_its_lid_is_the_same_chat()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);
        var lid = (await line.Link.CheckNumbersAsync([Ana], Cancel))[0].Lid;
        var byLid = new OutboundMessage(
            Guid.CreateVersion7(), "A1", new ChatAddress(null, lid), new OutboundContent.Text("hola"), null, TimeSpan.Zero, 2);

        await line.SendAsync("A1", Ana, "hola");
        Assert.IsType<SendResult.Accepted>(await line.Link.SendAsync(byLid, Cancel));

        Assert.Equal(["hola"], await world.ShownToAsync(Ana));
    }

    [Fact]
    public async Task Messages_from_people_and_echoes_from_the_phone_arrive_in_order()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await world.PersonWritesAsync(Ana, Shop, "one");
        await world.PhoneWritesAsync(Shop, Ana, "two");
        await world.PersonWritesAsync(Ana, Shop, "three");
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 3);

        Assert.Equal(["one", "two", "three"], line.Events.Bodies);
        Assert.Equal([false, true, false], line.Events.All.OfType<MessageSeen>().Select(seen => seen.FromMe));
    }

    [Fact]
    public async Task What_arrives_while_the_line_is_away_waits_for_it()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);
        await line.Link.StopAsync(Cancel);

        await world.PersonWritesAsync(Ana, Shop, "are you there?");
        await world.PersonWritesAsync(Noa, Shop, "hello?");
        await line.Link.StartAsync(Cancel);
        await line.Events.UntilAsync(events => events.OfType<MessageSeen>().Count() == 2);

        Assert.Equal(["are you there?", "hello?"], line.Events.Bodies);
    }

    [Fact]
    public async Task An_event_that_was_not_committed_comes_again_before_any_later_one()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        line.Events.FailNext(1);
        await world.PersonWritesAsync(Ana, Shop, "one");
        await world.PersonWritesAsync(Ana, Shop, "two");
        await line.Events.UntilAsync(_ => line.Events.Refused == 1);
        while (line.Events.Bodies.Count < 2)
        {
            world.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.Equal(["one", "two"], line.Events.Bodies);
    }

    [Fact]
    public async Task An_event_that_a_crashed_node_never_committed_goes_to_the_next_one()
    {
        await using var world = Build();
        var crashed = await PairAsync(world);
        crashed.Events.FailNext();
        await world.PersonWritesAsync(Ana, Shop, "do not lose me");
        await crashed.Events.UntilAsync(_ => crashed.Events.Refused > 0);
        await crashed.Link.DisposeAsync();

        await using var next = await TakeOverAsync(world, world.OtherNode, crashed, LinkState.Connected);
        await next.Events.NextAsync<MessageSeen>();

        Assert.Equal(["do not lose me"], next.Events.Bodies);
    }

    [Fact]
    public async Task What_was_committed_does_not_come_again()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);
        await world.PersonWritesAsync(Ana, Shop, "once");
        await line.Events.NextAsync<MessageSeen>();

        await line.Link.StopAsync(Cancel);
        await world.PersonWritesAsync(Ana, Shop, "later");
        await line.Link.StartAsync(Cancel);
        await line.Events.NextAsync<MessageSeen>(seen => seen.Content.Body == "later");

        // Stopping may have overtaken the commit of the first; then it comes once more, under the id that makes it harmless.
        var ids = line.Events.All.OfType<MessageSeen>().Select(seen => seen.ProviderMessageId).Distinct();
        Assert.Equal(2, ids.Count());
        Assert.Equal(["once", "later"], line.Events.Bodies.Distinct());
    }

    [Fact]
    public async Task A_restricted_account_is_told_and_cannot_send_until_it_is_restored()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);

        await world.RestrictAsync(Shop, true);
        await line.Events.StateAsync(LinkState.Restricted);
        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", Ana, "hola"));
        Assert.Equal(ErrorClass.AccountRestricted, refused.Error.Class);
        await world.RestrictAsync(Shop, false);
        await line.Events.StateAsync(LinkState.Connected, times: 2);

        Assert.IsType<SendResult.Accepted>(await line.SendAsync("A1", Ana, "hola", attempt: 2));
    }

    [Fact]
    public async Task Numbers_that_are_not_on_WhatsApp_are_found_out()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);
        await world.RemoveFromWhatsAppAsync(Noa);

        var checks = await line.Link.CheckNumbersAsync([Ana, Noa], Cancel);
        var refused = Assert.IsType<SendResult.Rejected>(await line.SendAsync("A1", Noa, "hola"));

        Assert.Equal([true, false], checks.Select(check => check.OnWhatsApp));
        Assert.Equal(ErrorClass.RecipientInvalid, refused.Error.Class);
        Assert.Empty(await world.ShownToAsync(Noa));
    }

    [Fact]
    public async Task An_abandoned_typing_time_sends_nothing()
    {
        await using var world = Build();
        await using var line = await PairAsync(world);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var slow = new OutboundMessage(
            Guid.CreateVersion7(), "A1", new ChatAddress(Ana, null), new OutboundContent.Text("hola"), null, TimeSpan.FromSeconds(30), 1);

        var sending = line.Link.SendAsync(slow, abandon.Token);
        Assert.False(sending.IsCompleted);
        await abandon.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        Assert.Empty(await world.ShownToAsync(Ana));
    }
}
