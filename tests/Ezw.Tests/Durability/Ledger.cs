using System.Globalization;
using System.Text.Json;
using Ezw.Foundation.Storage;

namespace Ezw.Tests.Durability;

/// <summary>
/// Compares three books: what was promised (the 202s), what our database says, and what reached WhatsApp. Every promise must be
/// there exactly once, in order, and finished.
/// </summary>
/// <param name="arrived">What WhatsApp was given, in order of first arrival; null asks the simulator.</param>
internal sealed class Ledger(Cluster cluster, NumberedLoad load, Func<Task<IReadOnlyList<Arrived>>>? arrived = null)
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(90);

    /// <summary>Waits until nothing is on its way any more; a message that gets stuck fails here.</summary>
    public Task DrainedAsync() => Until.NothingIsLeftAsync("the queue is empty and every message delivered", DrainLimit, async () =>
        await cluster.ReadAsync($"""
            select m.provider_message_id, m.status, o.attempts, o.due_at - {cluster.Dialect.Now}
            from message m left join outbox o on o.message_id = m.id
            where m.direction = 'out' and (o.message_id is not null or m.status not in ('delivered', 'read', 'failed', 'in_doubt'))
            order by m.id limit 10
            """, row => $"{row.GetString(0)} {row.GetString(1)}, {row.NumberOrNull(2)} attempts, due in {row.NumberOrNull(3)} ms"));

    public async Task BalancesAsync()
    {
        Assert.Empty(load.Surprises);
        await EachPromiseIsOneRowAsync();
        await EachPromiseReachedWhatsAppOnceInOrderAsync();
        await EverythingIsFinishedAsync();
        await cluster.LogHasNoGapAsync();
    }

    private async Task EachPromiseIsOneRowAsync()
    {
        var rows = await cluster.ReadAsync($"""
            select m.id, a.value, m.body from message m
            join conversation c on c.id = m.conversation_id join contact_alias a on a.contact_id = c.contact_id and a.kind = 'phone'
            where m.direction = 'out'
            """, row => (Id: row.Uuid(0), To: row.GetString(1), Number: int.Parse(row.GetString(2), CultureInfo.InvariantCulture)));
        var promised = load.Promised.Select(pair => (Id: IdOf(pair.Value), pair.Key.To, pair.Key.Number)).ToHashSet();

        Assert.Equal(promised.Count, load.Promised.Count);
        Assert.Empty(promised.Except(rows));
        Assert.Empty(rows.Except(promised));
        Assert.Equal(promised.Count, rows.Count);
    }

    private async Task EachPromiseReachedWhatsAppOnceInOrderAsync()
    {
        var record = await (arrived ?? SimulatorsAsync)();
        var minted = await cluster.ReadAsync(
            $"select provider_message_id from message where direction = 'out'", row => row.GetString(0));

        Assert.Equal(load.Promised.Count, record.Count);
        Assert.Equal(minted.Order(), record.Select(message => message.ProviderMessageId).Order());
        Assert.Equal(record.Count, record.Select(message => (message.Chat, message.ProviderMessageId)).Distinct().Count());
        foreach (var chat in record.GroupBy(message => message.Chat))
        {
            // One to n, each once: lost, doubled, extra or overtaken messages all show here.
            Assert.Equal(
                Enumerable.Range(1, chat.Count()), chat.Select(message => int.Parse(message.Body, CultureInfo.InvariantCulture)));
        }
    }

    private async Task EverythingIsFinishedAsync()
    {
        Assert.Equal(0, await cluster.CountAsync($"select count(*) from outbox"));
        Assert.Equal(0, await cluster.CountAsync(
            $"select count(*) from message where direction = 'out' and status not in ('delivered', 'read')"));
        // One acceptance at most: a second one would mean that a finished message was sent again. None when a receipt told of it first.
        Assert.Equal(0, await cluster.CountAsync($"""
            select count(*) from (
                select message_id from attempt group by message_id
                having sum(case when outcome = 'accepted' then 1 else 0 end) > 1 or min(number) <> 1 or max(number) <> count(*)) odd
            """));
        Assert.Equal(0, await cluster.CountAsync($"""
            select count(*) from message m where m.direction = 'out' and not exists (select 1 from attempt a where a.message_id = m.id)
            """));
        // Later attempts belong to the same owner or to a later one.
        Assert.Equal(0, await cluster.CountAsync($"""
            select count(*) from attempt a join attempt b on b.message_id = a.message_id and b.number > a.number and b.epoch < a.epoch
            """));
    }

    private async Task<IReadOnlyList<Arrived>> SimulatorsAsync() => [.. (await cluster.Simulator.MessagesAsync())
        .Select(message => new Arrived(message.ChatKey, message.ProviderMessageId, message.Body))];

    private static Guid IdOf(string answer) => JsonDocument.Parse(answer).RootElement.GetProperty("messageId").GetGuid();
}

/// <summary>A message as whoever it was written to sees it: once, however often it came.</summary>
internal sealed record Arrived(string Chat, string ProviderMessageId, string Body);
