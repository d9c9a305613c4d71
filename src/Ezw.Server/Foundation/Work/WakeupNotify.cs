using Ezw.Foundation.Storage;
using Npgsql;

namespace Ezw.Foundation.Work;

/// <summary>
/// Carries payloads by PostgreSQL's NOTIFY: nothing to install. Never part of a business transaction, because NOTIFY takes a lock that is
/// global in its database until the commit.
/// </summary>
internal sealed class WakeupNotify(Database database) : IWakeupTransport
{
    /// <summary>A dead connection is noticed after this, even if the network never says so.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(15);

    public async Task TellAsync(string payload, CancellationToken ct)
    {
        await using var db = await database.ReadAsync(ct);
        await WakeupStore.NotifyAsync(db, payload, ct);
    }

    public async Task HearAsync(Action<string> heard, CancellationToken ct)
    {
        await using var connection = (NpgsqlConnection)await database.ConnectAsync(ct);
        connection.Notification += (_, notification) => heard(notification.Payload);
        await WakeupStore.ListenAsync(connection, ct);
        while (true)
        {
            if (!await connection.WaitAsync(ProbeEvery, ct))
                await WakeupStore.ProbeAsync(connection, ct);
        }
    }
}
