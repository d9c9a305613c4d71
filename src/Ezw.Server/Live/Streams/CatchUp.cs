using Ezw.Foundation.Events;
using Ezw.Foundation.Storage;

namespace Ezw.Live.Streams;

/// <summary>Brings a stream that is older than the ring up to it, page by page from the database.</summary>
internal sealed class CatchUp(Database database) : IDisposable
{
    private const int PageSize = 500;

    /// <summary>After a restart thousands come back at once; the others of the node need connections too.</summary>
    private const int ReadersAtOnce = 4;

    private readonly SemaphoreSlim turns = new(ReadersAtOnce);

    /// <summary>Returns when the stream is live again or over.</summary>
    public async Task RunAsync(LiveStream stream, CancellationToken ct)
    {
        while (!stream.TryGoLive())
        {
            if (!await stream.CatchUpAsync(await ReadAsync(stream, ct)))
                return;
        }
    }

    public void Dispose() => turns.Dispose();

    private async Task<List<LoggedEvent>> ReadAsync(LiveStream stream, CancellationToken ct)
    {
        await turns.WaitAsync(ct);
        try
        {
            await using var db = await database.ReadAsync(ct);
            return await EventStore.ReadAsync(db, stream.OrganizationId, stream.Position, PageSize, ct);
        }
        finally
        {
            turns.Release();
        }
    }
}
