using System.Threading.Channels;
using Ezw.Foundation.Storage;
using Npgsql;

namespace Ezw.Foundation.Work;

/// <summary>
/// Carries this node's hints to the other nodes of the same PostgreSQL database, so that a message accepted here is sent by its line's
/// owner at once and not after its next look. Lossy like every hint: whoever misses one looks by itself soon. Never part of
/// a business transaction: NOTIFY takes a lock that is global in its database until the commit.
/// </summary>
internal sealed class WakeupRelay : BackgroundService
{
    /// <summary>Hints gathered into one notification; a thousand sends in a burst are a few notifications.</summary>
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(3);

    /// <summary>A dead connection is noticed after this, even if the network never says so.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(15);

    private const int MaxWaiting = 16_384;

    private readonly string node;
    private readonly Channel<(string Topic, Guid Subject)> given = Channel.CreateBounded<(string, Guid)>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly Database database;
    private readonly Wakeups wakeups;
    private readonly TimeProvider time;
    private readonly ILogger<WakeupRelay> log;

    public WakeupRelay(Database database, Wakeups wakeups, TimeProvider time, ILogger<WakeupRelay> log)
    {
        (this.database, this.wakeups, this.time, this.log) = (database, wakeups, time, log);
        node = Ids.New(time).ToString("n");
        wakeups.Given += Take;
    }

    public override void Dispose()
    {
        wakeups.Given -= Take;
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(
            new WorkLoop("Hearing wake-ups", time, log).RunAsync(HearAsync, _ => Task.CompletedTask, stoppingToken),
            new WorkLoop("Relaying wake-ups", time, log).RunAsync(
                TellAsync, async ct => await given.Reader.WaitToReadAsync(ct), stoppingToken));
        // Lines that were handed over while this node stopped: the others may take them now.
        await TellAsync(CancellationToken.None);
    }

    private void Take(string topic, Guid subject) => given.Writer.TryWrite((topic, subject));

    private async Task TellAsync(CancellationToken ct)
    {
        if (given.Reader.Count == 0)
            return;
        await Task.Delay(Gather, time, ct);
        var hints = new HashSet<(string, Guid)>();
        while (hints.Count < WakeupPayload.MaxHints && given.Reader.TryRead(out var hint))
            hints.Add(hint);
        await using var db = await database.ReadAsync(ct);
        await WakeupStore.NotifyAsync(db, WakeupPayload.Write(node, hints), ct);
    }

    private async Task HearAsync(CancellationToken ct)
    {
        await using var connection = (NpgsqlConnection)await database.ConnectAsync(ct);
        connection.Notification += (_, heard) => Deliver(heard.Payload);
        await WakeupStore.ListenAsync(connection, ct);
        while (true)
        {
            if (!await connection.WaitAsync(ProbeEvery, ct))
                await WakeupStore.ProbeAsync(connection, ct);
        }
    }

    private void Deliver(string payload)
    {
        if (!WakeupPayload.TryRead(payload, out var from, out var hints) || from == node)
            return;
        foreach (var (topic, subject) in hints)
            wakeups.Deliver(topic, subject);
    }
}
