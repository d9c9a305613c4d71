using Ezw.Foundation.Security;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Messaging;
using Ezw.Messaging.Arriving;
using Ezw.Messaging.Sending;
using Ezw.Providers;
using Ezw.Providers.Simulator;
using Ezw.Providers.Simulator.Network;
using Ezw.Providers.Simulator.Wire;
using Ezw.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ezw.Tests.Contracts;

/// <summary>What a former owner of a line may still change: nothing. Every write of a session is tried under a stale epoch and the true one.</summary>
public sealed class FencingContractTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, EachDatabase]
    public async Task A_stale_epoch_begins_and_ends_no_attempt(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (stale, owner) = await TakeOverAsync(store);
        var sent = Assert.IsType<AcceptOutcome.Accepted>(await store.SendAsync("+972501234567", "x"));
        var finish = new AttemptFinish(
            stale, sent.MessageId, sent.ConversationId, 1, 2, "accepted", MessageStatus.Sent, null, null, null);

        await NothingChangesAsync(store, new AttemptStartStore(), new AttemptStart(stale, sent.MessageId, 1, 1, 2));
        Assert.True(await store.Commits.CommitAsync(
            new AttemptStartStore(), new AttemptStart(owner, sent.MessageId, 1, 1, 2), Cancellation));
        await NothingChangesAsync(store, new AttemptFinishStore(), finish);
        Assert.True(await store.Commits.CommitAsync(new AttemptFinishStore(), finish with { Line = owner }, Cancellation));

        Assert.Equal(0, await store.CountAsync($"select count(*) from outbox"));
        Assert.Equal("sent", Assert.Single(await store.ReadAsync($"select status from message", row => row.GetString(0))));
    }

    [Theory, EachDatabase]
    public async Task A_stale_epoch_stores_no_message_receipt_or_state(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (stale, owner) = await TakeOverAsync(store);
        await store.SendAsync("+972501234567", "x");
        var id = Assert.Single(await store.ReadAsync($"select provider_message_id from message", row => row.GetString(0)));
        var seen = new MessageSeen(
            DateTimeOffset.UnixEpoch, "ABC", new ChatAddress("+972509999999", null), false,
            new SeenContent.Text("hi"), null, "Ana");
        var arrival = ArrivalOf(store, stale, seen);

        await NothingChangesAsync(store, new Arrivals(), ArrivalOf(store, stale, seen), new ArrivalOutcome(false, null, false));
        await NothingChangesAsync(store, new MessageChanges(), EditOf(store, stale, id));
        await NothingChangesAsync(store, new ReceiptStore(), new Receipt(stale, id, ReceiptKind.Delivered, 1));
        await NothingChangesAsync(store, new LineReportStore(), Report(stale));

        Assert.True((await store.Commits.CommitAsync(new Arrivals(), ArrivalOf(store, owner, seen), Cancellation)).Current);
        Assert.True(await store.Commits.CommitAsync(
            new ReceiptStore(), new Receipt(owner, id, ReceiptKind.Delivered, 1), Cancellation));
        Assert.True(await store.Commits.CommitAsync(new LineReportStore(), Report(owner), Cancellation));
        Assert.Equal(1, await store.CountAsync($"select count(*) from message where status = 'delivered'"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from message where direction = 'in'"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from line where lifecycle_state = 'restricted'"));
    }

    [Theory, EachDatabase]
    public async Task A_session_of_a_stale_epoch_does_not_say_that_what_it_hears_is_stored(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (stale, owner) = await TakeOverAsync(store);
        await store.SendAsync("+972501234567", "x");
        var id = Assert.Single(await store.ReadAsync($"select provider_message_id from message", row => row.GetString(0)));
        var delivered = new ReceiptSeen(DateTimeOffset.UnixEpoch, [id], ReceiptKind.Delivered);
        await using var former = SessionOf(store, stale);

        await Assert.ThrowsAsync<StaleEpochException>(() => former.PublishAsync(delivered, Cancellation));
        await Assert.ThrowsAsync<OperationCanceledException>(() => former.PublishAsync(delivered, Cancellation));

        await using var present = SessionOf(store, owner);
        await present.PublishAsync(delivered, Cancellation);
        Assert.Equal(1, await store.CountAsync($"select count(*) from message where status = 'delivered'"));
    }

    /// <summary>A number that WhatsApp gave to somebody else names the new holder, and the former one keeps the conversation.</summary>
    [Theory, EachDatabase]
    public async Task A_number_that_changed_hands_does_not_join_two_people(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var (_, owner) = await TakeOverAsync(store);

        foreach (var (message, lid) in new[] { ("1", "first@lid"), ("2", "second@lid"), ("3", "second@lid") })
        {
            var seen = new MessageSeen(
                DateTimeOffset.UnixEpoch, message, new ChatAddress("+972509999999", lid), false,
                new SeenContent.Text("hi"), null, null);
            await store.Commits.CommitAsync(new Arrivals(), ArrivalOf(store, owner, seen), Cancellation);
        }

        var messages = await store.ReadAsync(
            $"select conversation_id from message order by provider_message_id", row => row.Uuid(0));
        Assert.NotEqual(messages[0], messages[1]);
        Assert.Equal(messages[1], messages[2]);
        Assert.Equal(2, await store.CountAsync($"select count(*) from contact"));
    }

    private static LineSession SessionOf(TestStore store, LineKey line) => new(
        new OwnedLine(new Line { OrganizationId = line.OrganizationId, Id = line.LineId, LifecycleState = "connected" }, line.Epoch, null),
        new SimulatorProvider(new InProcessTransport(new SimulatedNetwork(store.Clock, 1)), store.Clock),
        new SessionTools(
            store.Commits, new LineReportStore(), new PairingSeals(new SecretBox(new KeyRing(new byte[32]))), store.Ingest, store.Clock,
            new LineOptions(), NullLogger.Instance));

    private static Arrival ArrivalOf(TestStore store, LineKey line, MessageSeen seen) => new(
        new SeenChat(line, seen.Chat, seen.SenderName, Ids.New(store.Clock), Ids.New(store.Clock)), seen, Ids.New(store.Clock),
        Ids.New(store.Clock), Ids.New(store.Clock), 1);

    private static MessageChange EditOf(TestStore store, LineKey line, string id) => new(
        new SeenChat(line, new ChatAddress("+972501234567", null), null, Ids.New(store.Clock), Ids.New(store.Clock)), id, true, "edit",
        true, null, Ids.New(store.Clock), "changed", 1);

    private static LineReport Report(LineKey line) => new(line.OrganizationId, line.LineId, line.Epoch, 1, LifecycleState.Restricted);

    /// <summary>The line under its former epoch and under the present one.</summary>
    private static async Task<(LineKey Stale, LineKey Owner)> TakeOverAsync(TestStore store)
    {
        await store.Database.WriteAsync(
            db => db.ExecuteAsync($"update line_owner set epoch = 7 where line_id = {store.Line.LineId}", Cancellation), Cancellation);
        return (store.Line with { Epoch = 6 }, store.Line with { Epoch = 7 });
    }

    private static Task NothingChangesAsync<TItem>(TestStore store, CommitKind<TItem, bool> kind, TItem item) =>
        NothingChangesAsync(store, kind, item, false);

    private static async Task NothingChangesAsync<TItem, TOutcome>(
        TestStore store, CommitKind<TItem, TOutcome> kind, TItem item, TOutcome refused)
    {
        var before = await PictureAsync(store);
        Assert.Equal(refused, await store.Commits.CommitAsync(kind, item, Cancellation));
        Assert.Equal(before, await PictureAsync(store));
    }

    private static async Task<string> PictureAsync(TestStore store)
    {
        var rows = await store.ReadAsync($"""
            select (select count(*) from event), (select count(*) from attempt),
                   (select count(*) from attempt where finished_at is null), (select count(*) from message),
                   (select count(*) from contact), (select count(*) from outbox), m.status, l.lifecycle_state
            from message m join line l on l.id = m.line_id
            """, row => string.Join('|', Enumerable.Range(0, 8).Select(row.GetValue)));
        return string.Join('\n', rows);
    }
}
