using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Messaging;

namespace Ezw.Inbox.Working;

/// <summary>
/// Brings conversations back whose time has come. Any node may do it: the statement takes what is due and nothing twice, so that several
/// at once only share the work.
/// </summary>
internal sealed class SnoozeWaker(Database database, TimeProvider time, ILogger<SnoozeWaker> log) : BackgroundService
{
    /// <summary>How late a conversation may come back.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    /// <summary>A transaction holds the organization's lock; everybody who wakes at nine o'clock must not hold it for long.</summary>
    private const int BatchSize = 200;

    private const int MaxOrganizations = 1_000;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Waking", time, log).RunAsync(
        PassAsync, ct => Task.Delay(Every, time, ct), stoppingToken);

    private async Task PassAsync(CancellationToken ct)
    {
        foreach (var organizationId in await DueAsync(ct))
        {
            while (await WakeAsync(organizationId, ct) == BatchSize)
                ct.ThrowIfCancellationRequested();
        }
    }

    private async Task<List<Guid>> DueAsync(CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        return await SnoozeStore.OrganizationsDueAsync(db, time.NowMs(), MaxOrganizations, ct);
    }

    private Task<int> WakeAsync(Guid organizationId, CancellationToken ct) => EventStore.WriteAsync(database, organizationId, async db =>
    {
        var now = time.NowMs();
        var woken = await SnoozeStore.WakeAsync(db, organizationId, now, BatchSize, ct);
        await EventStore.AppendAsync(db, woken.ConvertAll(conversation => new NewEvent(
            organizationId, MessageEvents.ConversationChanged, conversation.LineId, conversation.Id, conversation.Id, "snooze", now)), ct);
        return woken.Count;
    }, ct);
}
