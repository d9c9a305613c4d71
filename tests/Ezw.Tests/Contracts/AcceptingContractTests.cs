using Ezw.Foundation.Storage;
using Ezw.Messaging.Sending;
using Ezw.Tests.Support;

namespace Ezw.Tests.Contracts;

/// <summary>What accepting sends promises on either database.</summary>
public sealed class AcceptingContractTests
{
    [Theory, EachDatabase]
    public async Task A_send_stores_message_contact_conversation_queue_row_and_event(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        var accepted = Assert.IsType<AcceptOutcome.Accepted>(await store.SendAsync("+972501234567", "Hello"));

        var row = Assert.Single(await store.ReadAsync(
            $"""
            select m.conversation_id, m.status, m.body, a.value, o.due_at, e.kind, e.position
            from message m
            join conversation c on c.id = m.conversation_id
            join contact_alias a on a.contact_id = c.contact_id
            join outbox o on o.message_id = m.id
            join event e on e.subject_id = m.id and e.position = m.position
            where m.id = {accepted.MessageId}
            """,
            r => (r.Uuid(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4), r.GetString(5))));
        Assert.Equal((accepted.ConversationId, "queued", "Hello", "+972501234567", false, "message.queued"), row);
    }

    [Theory, EachDatabase]
    public async Task Many_sends_to_one_number_share_contact_and_conversation_and_only_the_first_is_due(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        var sends = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => store.SendAsync("+972501234567", $"n{i}")));

        Assert.Single(sends.Cast<AcceptOutcome.Accepted>().Select(a => a.ConversationId).Distinct());
        Assert.Equal(1, await store.CountAsync($"select count(*) from contact"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from outbox where due_at is not null"));
        Assert.Equal(100, await store.CountAsync($"select count(*) from outbox"));
    }

    [Theory, EachDatabase]
    public async Task Positions_are_gap_free_per_organization(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var other = await store.AddLineAsync(await store.AddOrganizationAsync());
        var before = await store.CountAsync($"select max(position) from event where organization_id = {store.Organization}");

        await Task.WhenAll(Enumerable.Range(0, 200).Select(
            i => store.SendAsync($"+97250000{i:0000}", "x", line: i % 2 == 0 ? store.Line : other)));

        foreach (var (organization, first) in new[] { (store.Organization, before), (other.OrganizationId, 0L) })
        {
            var positions = await store.ReadAsync(
                $"select position from event where organization_id = {organization} order by position", r => r.GetInt64(0));
            Assert.Equal(Enumerable.Range(1, (int)first + 100).Select(p => (long)p), positions);
            Assert.Equal(
                first + 100, await store.CountAsync($"select position from event_position where organization_id = {organization}"));
        }
    }

    [Theory, EachDatabase]
    public async Task Fifty_equal_sends_with_one_key_make_one_message_and_equal_answers(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => store.SendAsync("+972501234567", "once", "order-1")));

        Assert.Equal(1, await store.CountAsync($"select count(*) from message"));
        Assert.Single(answers.Cast<AcceptOutcome.Accepted>().Select(a => (a.MessageId, a.ConversationId, a.QueuedAt)).Distinct());
        Assert.Single(answers.Cast<AcceptOutcome.Accepted>(), a => !a.Replayed);
    }

    [Theory, EachDatabase]
    public async Task A_key_with_another_meaning_is_refused_and_changes_nothing(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        await store.SendAsync("+972501234567", "first", "k");

        Assert.IsType<AcceptOutcome.KeyReused>(await store.SendAsync("+972509999999", "second", "k"));

        Assert.Equal(1, await store.CountAsync($"select count(*) from message"));
        Assert.Equal(1, await store.CountAsync($"select count(*) from contact"));
    }

    [Theory, EachDatabase]
    public async Task A_refused_send_reserves_nothing(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var stopped = await store.AddLineAsync(store.Organization, "stopped");

        Assert.IsType<AcceptOutcome.LineNotSendable>(await store.SendAsync("+972501234567", "x", "k", stopped));
        Assert.IsType<AcceptOutcome.NotFound>(await store.SendAsync("", "x", "k", conversation: Ids.New(store.Clock)));

        Assert.Equal(0, await store.CountAsync(
            $"select (select count(*) from idempotency_key) + (select count(*) from contact) + (select count(*) from message)"));
    }

    [Theory, EachDatabase]
    public async Task A_bad_item_fails_alone(DatabaseKind kind)
    {
        await using var store = await TestStore.StartAsync(kind);
        var poison = store.Commits.CommitAsync(store.Acceptances, Poison(store), TestContext.Current.CancellationToken);
        var good = Enumerable.Range(0, 20).Select(i => store.SendAsync($"+97250222{i:0000}", "good")).ToList();

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => poison);
        Assert.All(await Task.WhenAll(good), outcome => Assert.IsType<AcceptOutcome.Accepted>(outcome));
    }

    /// <summary>An item that violates a check of the schema.</summary>
    private static Acceptance Poison(TestStore store) => new(
        store.Organization, store.Line.LineId, null, "channel", null, null,
        new SendRequest("+972503333333", null, "x", null, null, null, 0),
        "no such origin", null, Ids.New(store.Clock), ProviderMessageId.Mint(), null, Ids.New(store.Clock), Ids.New(store.Clock),
        Ids.New(store.Clock), 0);
}
