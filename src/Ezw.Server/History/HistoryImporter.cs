using System.Runtime.CompilerServices;
using Ezw.ChatExports;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Media;
using Ezw.Messaging.Attachments;

namespace Ezw.History;

/// <summary>
/// Reads chat exports into conversations, one job at a time on each node. A job is taken under a lease and written in chunks; a node that
/// dies leaves its place in the row, and the next one goes on from there. What was written before is recognised and passed over.
/// </summary>
internal sealed class HistoryImporter(
    Database database, IMediaStore media, MediaSpool spool, MediaArchive archive, Wakeups wakeups, TimeProvider time,
    ILogger<HistoryImporter> log) : BackgroundService
{
    public const string Topic = "history";

    private const int ChunkMessages = 500;
    private const long LeaseMs = 120_000;
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new WorkLoop("Importing history", time, log).RunAsync(
        PassAsync, ct => WorkLoop.IntervalOrAsync(wakeups.Listen(Topic), PollEvery, time, ct), stoppingToken);

    private async Task PassAsync(CancellationToken ct)
    {
        while (wakeups.Listen(Topic).TryRead(out _))
        {
        }
        while (await database.WriteAsync(db => HistoryStore.TakeAsync(db, LeaseMs, ct), ct) is { } import)
            await RunAsync(import, ct);
    }

    private async Task RunAsync(HistoryImport import, CancellationToken ct)
    {
        switch (await FileAsync(import, ct))
        {
            case SpoolOutcome.Received received:
                using (received.File)
                    await ReadAsync(import, received.File, ct);
                break;
            case SpoolOutcome.StoreUnavailable:
                // The lease ends and the job is taken again.
                return;
            default:
                await EndAsync(import, "failed", "file_missing", "The uploaded file is not in the media store any more. Upload it again.");
                break;
        }
    }

    /// <summary>A copy on this machine: an export is read twice and not from front to back.</summary>
    private async Task<SpoolOutcome?> FileAsync(HistoryImport import, CancellationToken ct)
    {
        switch (await media.OpenAsync(import.OrganizationId, MediaHash.Parse(import.FileHash)!.Value, ct))
        {
            case OpenOutcome.Opened opened:
                await using (opened.Bytes)
                    return await spool.ReceiveAsync(opened.Bytes, long.MaxValue, ct);
            case OpenOutcome.StoreUnavailable away:
                return new SpoolOutcome.StoreUnavailable(away.Reason);
            default:
                return null;
        }
    }

    private async Task ReadAsync(HistoryImport import, SpooledFile file, CancellationToken ct)
    {
        await using var bytes = file.OpenRead();
        var outcome = await ChatExport.OpenAsync(bytes, import.FileName, ChatExportLimits.Default, ct);
        if (outcome is ChatExportOutcome.NotAnExport refused)
        {
            await EndAsync(import, "failed", refused.Code, refused.Sentence);
            return;
        }
        using var export = ((ChatExportOutcome.Opened)outcome).Export;
        switch (HistoryCasting.Decide(export, import))
        {
            case RolesOutcome.Decided decided:
                await WriteAsync(import, export, decided.Roles, ct);
                break;
            case RolesOutcome.Unclear unclear:
                await EndAsync(import, "failed", unclear.Code, unclear.Sentence);
                break;
        }
    }

    private async Task WriteAsync(HistoryImport import, ChatExport export, HistoryRoles roles, CancellationToken ct)
    {
        await database.WriteAsync(db => HistoryStore.RenewAsync(db, import, LeaseMs, export.EstimatedMessages, ct), ct);
        if (await HistoryChunkStore.OpenConversationAsync(database, import, roles, time, ct) is not { } conversationId)
        {
            await EndAsync(import, "failed", "line_missing", "The line is not there any more.");
            return;
        }
        await foreach (var (messages, done) in ChunksAsync(import, export, roles, ct))
        {
            if (!await HistoryChunkStore.WriteAsync(database, import, conversationId, messages, done, LeaseMs, time, ct))
                return;
        }
        await EndAsync(import, "done", null, null);
    }

    private async IAsyncEnumerable<(IReadOnlyList<HistoryMessage> Messages, long Done)> ChunksAsync(
        HistoryImport import, ChatExport export, HistoryRoles roles, [EnumeratorCancellation] CancellationToken ct)
    {
        var seen = new Dictionary<string, int>();
        var chunk = new List<HistoryMessage>();
        long read = 0;
        await foreach (var message in export.ReadAsync(TimeZoneInfo.FindSystemTimeZoneById(import.TimeZone), import.DateOrder, ct))
        {
            read++;
            if (HistoryReading.TypeOf(message) is not { } type)
                continue;
            var id = IdOf(message, roles, seen);
            // Read again only to count equal messages: it was written before this node took over.
            if (read <= import.Done)
                continue;
            chunk.Add(await MessageAsync(import, export, roles, message, type, id, ct));
            if (chunk.Count < ChunkMessages)
                continue;
            yield return (InOrder(chunk), read);
            chunk = [];
        }
        yield return (InOrder(chunk), read);
    }

    private static string IdOf(ExportedMessage message, HistoryRoles roles, Dictionary<string, int> seen)
    {
        var fromMe = message.Sender == roles.Me;
        var first = HistoryReading.IdOf(message, fromMe, 0);
        var occurrence = seen[first] = seen.GetValueOrDefault(first) + 1;
        return occurrence == 1 ? first : HistoryReading.IdOf(message, fromMe, occurrence - 1);
    }

    private async Task<HistoryMessage> MessageAsync(
        HistoryImport import, ChatExport export, HistoryRoles roles, ExportedMessage message, string type, string id, CancellationToken ct)
    {
        var fromMe = message.Sender == roles.Me;
        var file = message.AttachmentName is { } name && HistoryReading.KindOf(message) is { } kind
            ? await new HistoryFiles(import, export, archive, time).KeepAsync(name, kind, ct)
            : null;
        return new HistoryMessage(
            Ids.New(time), id, fromMe, file is null ? "text" : type, HistoryReading.BodyOf(message), null,
            roles.IsGroup && !fromMe ? message.Sender : null, message.IsEdited, message.IsDeleted,
            message.At.ToUnixTimeMilliseconds(), file);
    }

    /// <summary>Equal times keep the order of the file: all of a chunk share a position, so the ids must rise.</summary>
    private List<HistoryMessage> InOrder(List<HistoryMessage> chunk)
    {
        var ids = chunk.Select(_ => Ids.New(time)).OrderBy(id => id.ToString(), StringComparer.Ordinal).ToList();
        return [.. chunk.Select((message, i) => message with { Id = ids[i] })];
    }

    private Task EndAsync(HistoryImport import, string state, string? code, string? sentence) => database.WriteAsync(
        db => HistoryStore.FinishAsync(db, import, state, code, sentence, time.NowMs(), CancellationToken.None), CancellationToken.None);
}
