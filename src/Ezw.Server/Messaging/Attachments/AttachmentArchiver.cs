using System.Collections.Concurrent;
using Ezw.Foundation.Storage;
using Ezw.Foundation.Work;
using Ezw.Lines;
using Ezw.Media;
using Ezw.Providers;

namespace Ezw.Messaging.Attachments;

/// <summary>
/// Fetches the files of inbound messages through the links of the lines that this node owns, a few at a time, and archives them. A file
/// that cannot be had now is tried again, less and less often; one that cannot be had at all says why and waits for a person.
/// </summary>
internal sealed class AttachmentArchiver(
    Database database, MediaArchive archive, IMediaStore media, LineSupervisor lines, NodeLease lease, Wakeups wakeups, TimeProvider time,
    ILogger<AttachmentArchiver> log) : BackgroundService
{
    public const string Topic = "archive";

    private const int FilesAtOnce = 4;
    private static readonly TimeSpan PollEvery = TimeSpan.FromSeconds(2);

    /// <summary>A large video over a slow link; then the attempt counts as failed.</summary>
    private static readonly TimeSpan FetchLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan LeaseMargin = TimeSpan.FromMinutes(1);

    /// <summary>WhatsApp keeps a file for about a month; what cannot be had within a day is left to a person.</summary>
    private static readonly TimeSpan[] Retries =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1),
        TimeSpan.FromHours(6), TimeSpan.FromHours(16),
    ];

    private readonly SemaphoreSlim free = new(FilesAtOnce, FilesAtOnce);
    private readonly ConcurrentDictionary<Guid, Task> running = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!media.IsConfigured)
            return;
        await new WorkLoop("Archiving files", time, log).RunAsync(
            PassAsync, ct => WorkLoop.IntervalOrAsync(wakeups.Listen(Topic), PollEvery, time, ct), stoppingToken);
        await Task.WhenAll(running.Values);
    }

    public override void Dispose()
    {
        free.Dispose();
        base.Dispose();
    }

    private async Task PassAsync(CancellationToken ct)
    {
        while (wakeups.Listen(Topic).TryRead(out _))
        {
        }
        List<Guid> due;
        await using (var db = await database.ReadAsync(ct))
            due = await AttachmentStore.DueLinesAsync(db, lease.NodeId, time.NowMs(), ct);
        foreach (var lineId in due)
        {
            if (lines.TryGet(lineId, out var session) && session.IsConnected)
                await DrainAsync(session, ct);
        }
    }

    private async Task DrainAsync(LineSession session, CancellationToken ct)
    {
        var leaseUntil = time.NowMs() + (long)(FetchLimit + LeaseMargin).TotalMilliseconds;
        var files = await database.WriteAsync(
            db => AttachmentStore.TakeAsync(db, session.Key, time.NowMs(), leaseUntil, FilesAtOnce, ct), ct);
        foreach (var file in files)
        {
            await free.WaitAsync(ct);
            running[file.Id] = Task.Run(() => FetchAsync(session.Link, file, ct), CancellationToken.None)
                .ContinueWith(_ => { running.TryRemove(file.Id, out Task? _); free.Release(); }, TaskScheduler.Default);
        }
    }

    private async Task FetchAsync(ILineLink link, PendingFile file, CancellationToken ct)
    {
        var change = await TryAsync(link, file, ct) switch
        {
            ArchiveOutcome.Stored stored => AttachmentStore.Stored(file.OrganizationId, file.Id, stored.File),
            ArchiveOutcome.Refused refused => AttachmentStore.NotStored(file.OrganizationId, file.Id, refused.Code, refused.Sentence, null),
            ArchiveOutcome.Unavailable later => AttachmentStore.NotStored(
                file.OrganizationId, file.Id, later.Code, later.Sentence, NextTry(file.Attempts)),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
        await AttachmentStore.ChangeAsync(database, file.OrganizationId, file.Id, change, time.NowMs(), CancellationToken.None);
    }

    private async Task<ArchiveOutcome> TryAsync(ILineLink link, PendingFile file, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = time.CreateTimer(_ => deadline.Cancel(), null, FetchLimit, Timeout.InfiniteTimeSpan);
        try
        {
            var outcome = await TakeAsync(link, file, file.Kind, deadline.Token);
            // A customer's file is not refused for its label: what is not what it claims is kept as something to save and not to show.
            return outcome is ArchiveOutcome.Refused { Code: "media_mismatch" } && file.Kind != MediaKind.Document
                ? await TakeAsync(link, file, MediaKind.Document, deadline.Token)
                : outcome;
        }
        catch (InvalidDataException)
        {
            return new ArchiveOutcome.Refused("media_corrupt", "What WhatsApp delivered is not the file that was sent.");
        }
        catch (Exception away) when (away is IOException or OperationCanceledException or StorageUnavailableException)
        {
            return new ArchiveOutcome.Unavailable("media_unavailable", "WhatsApp did not deliver the file. The phone may be offline.");
        }
    }

    private async Task<ArchiveOutcome> TakeAsync(ILineLink link, PendingFile file, MediaKind kind, CancellationToken ct)
    {
        await using var bytes = await link.OpenMediaAsync(new MediaPointer(file.Reference), ct);
        return await archive.TakeAsync(file.OrganizationId, bytes, kind, file.DeclaredType, file.FileName, ct);
    }

    private long? NextTry(long attempts) =>
        attempts > Retries.Length ? null : time.NowMs() + (long)Retries[attempts - 1].TotalMilliseconds;
}
