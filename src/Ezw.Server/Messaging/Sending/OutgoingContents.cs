using Ezw.Foundation.Storage;
using Ezw.Media;
using Ezw.Messaging.Attachments;
using Ezw.Providers;

namespace Ezw.Messaging.Sending;

/// <summary>
/// Makes what an attempt sends. A file that a customer named by URL is fetched and archived before the first attempt gets to WhatsApp, so
/// that every attempt sends the same bytes; an attempt whose file cannot be had is rejected without reaching WhatsApp.
/// </summary>
internal sealed class OutgoingContents(Database database, MediaDownloads downloads, IMediaStore media, TimeProvider time)
{
    public async Task<ContentOutcome> PrepareAsync(DueSend head, CancellationToken ct)
    {
        if (head.File is not { } file)
            return new ContentOutcome.Ready(head is { CtaText: { } text, CtaUrl: { } url }
                ? new OutboundContent.CtaUrl(head.Body ?? "", text, url)
                : new OutboundContent.Text(head.Body ?? ""));
        if (file is { State: AttachmentState.Stored, Hash: { } hash, MimeType: { } type, SizeBytes: { } size })
            return Ready(head, file, hash, type, file.FileName, size);
        var fetched = await downloads.FetchAsync(file.OrganizationId, file.SourceUrl!, file.Kind, file.FileName, ct);
        await RecordAsync(file, fetched, ct);
        return fetched switch
        {
            ArchiveOutcome.Stored { File: var stored } => Ready(
                head, file, stored.Hash, stored.MimeType, file.FileName ?? stored.FileName, stored.SizeBytes),
            ArchiveOutcome.Refused no => new ContentOutcome.Missing(new ProviderError(ErrorClass.MediaInvalid, no.Code, no.Sentence)),
            ArchiveOutcome.Unavailable later => new ContentOutcome.Missing(
                new ProviderError(ErrorClass.Transient, later.Code, later.Sentence)),
            var other => throw new InvalidOperationException($"Unknown outcome {other}."),
        };
    }

    private ContentOutcome.Ready Ready(DueSend head, DueFile file, string hash, string mimeType, string? fileName, long size) =>
        new(new OutboundContent.Media(
            file.Kind, mimeType, fileName, size, head.Body, ct => OpenAsync(file.OrganizationId, hash, ct)));

    private async Task<Stream> OpenAsync(Guid organizationId, string hash, CancellationToken ct) =>
        await media.OpenAsync(organizationId, MediaHash.Parse(hash)!.Value, ct) is OpenOutcome.Opened opened
            ? opened.Bytes
            : throw new IOException("The archived file cannot be read now.");

    private Task<bool> RecordAsync(DueFile file, ArchiveOutcome outcome, CancellationToken ct)
    {
        var change = outcome switch
        {
            ArchiveOutcome.Stored stored => AttachmentStore.Stored(file.OrganizationId, file.Id, stored.File),
            ArchiveOutcome.Refused no => AttachmentStore.NotStored(file.OrganizationId, file.Id, no.Code, no.Sentence, null),
            ArchiveOutcome.Unavailable later => AttachmentStore.Waiting(file.OrganizationId, file.Id, later.Code, later.Sentence),
            _ => throw new InvalidOperationException($"Unknown outcome {outcome}."),
        };
        return AttachmentStore.ChangeAsync(database, file.OrganizationId, file.Id, change, time.NowMs(), ct);
    }
}

/// <summary>What there is to send, or why there is nothing.</summary>
internal abstract record ContentOutcome
{
    private ContentOutcome() { }

    public sealed record Ready(OutboundContent Content) : ContentOutcome;

    public sealed record Missing(ProviderError Why) : ContentOutcome;
}
