using System.IO.Pipelines;
using Ezw.Foundation.Security.Outbound;
using Ezw.Media;
using Ezw.Providers;

namespace Ezw.Messaging.Attachments;

/// <summary>Fetches files from URLs that customers named, through the one guarded client, and archives them.</summary>
internal sealed class MediaDownloads(GuardedHttp http, MediaSpool spool, MediaArchive archive)
{
    /// <summary>100 MB at 1 MB/s. The attempt that waits for it holds its message so much longer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    /// <param name="fileName">The name that the customer gave; null for that of the answer or the URL.</param>
    public async Task<ArchiveOutcome> FetchAsync(
        Guid organizationId, string url, MediaKind kind, string? fileName, CancellationToken ct)
    {
        var order = new DownloadOrder(url, archive.LimitOf(kind), Limit);
        var pipe = new Pipe();
        var receiving = spool.ReceiveAsync(pipe.Reader.AsStream(), order.MaxBytes, ct);
        var outcome = await DownloadAsync(order, pipe.Writer, ct);
        if (outcome is not DownloadOutcome.Downloaded came)
        {
            await AbandonAsync(receiving);
            return Refusal(outcome);
        }
        return await receiving switch
        {
            SpoolOutcome.Received { File: var file } => await TakeAsync(organizationId, file, kind, came, fileName, ct),
            SpoolOutcome.TooLarge large => MediaArchive.TooLarge(large.LimitBytes),
            SpoolOutcome.StoreUnavailable away => new ArchiveOutcome.Unavailable("media_store_unavailable", away.Reason),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private async Task<DownloadOutcome> DownloadAsync(DownloadOrder order, PipeWriter writer, CancellationToken ct)
    {
        DownloadOutcome? outcome = null;
        try
        {
            return outcome = await http.DownloadAsync(order, writer.AsStream(leaveOpen: true), ct);
        }
        finally
        {
            await writer.CompleteAsync(outcome is DownloadOutcome.Downloaded ? null : new IOException("The download ended early."));
        }
    }

    private async Task<ArchiveOutcome> TakeAsync(
        Guid organizationId, SpooledFile file, MediaKind kind, DownloadOutcome.Downloaded came, string? fileName, CancellationToken ct)
    {
        using (file)
            return await archive.TakeAsync(organizationId, file, kind, came.ContentType, fileName ?? came.FileName, ct);
    }

    private static async Task AbandonAsync(Task<SpoolOutcome> receiving)
    {
        try
        {
            if (await receiving is SpoolOutcome.Received received)
                received.File.Dispose();
        }
        catch (IOException)
        {
            // That is how the spool learns that nothing more comes.
        }
    }

    private static ArchiveOutcome Refusal(DownloadOutcome outcome) => outcome switch
    {
        DownloadOutcome.Refused refused => new ArchiveOutcome.Refused("url_refused", refused.Sentence),
        DownloadOutcome.TooLarge large => MediaArchive.TooLarge(large.MaxBytes),
        DownloadOutcome.HttpStatus { Code: 408 or 425 or 429 or >= 500 } busy => new ArchiveOutcome.Unavailable(
            "url_unreachable", $"The file's server answered {busy.Code}."),
        DownloadOutcome.HttpStatus refused => new ArchiveOutcome.Refused("url_status", $"The file's server answered {refused.Code}."),
        DownloadOutcome.Unreachable { IsTransient: true } => new ArchiveOutcome.Unavailable(
            "url_unreachable", "The file's server cannot be reached."),
        DownloadOutcome.Unreachable => new ArchiveOutcome.Refused("url_refused", "The file's server has no valid certificate."),
        DownloadOutcome.TimedOut => new ArchiveOutcome.Unavailable("url_unreachable", "The file's server did not send it in time."),
        _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
    };
}
